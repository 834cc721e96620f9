"""Imported tables, HR's roster and the fuel log."""

import json
from datetime import UTC, datetime

import pytest

from fleet.parser.csv_table import csv_lines
from unit.parser.bodies import RECEIVED_AT, only_fact, outcome, reasons, row

ROSTER = {"name": "Amina Otieno", "staff_no": 1017, "phone": "+254700000301", "city": "Nairobi"}
SHIFT = {"vehicle": "KDA 101A", "shift_start": "7:30", "shift_end": "17:00", "shift_start_area": "Westlands"}
FILL = {
    "id": "f-881",
    "car": "KDA 101A",
    "filled_at": "2026-07-13 18:20",
    "litres": "41.5",
    "amount_kes": 7885,
    "odometer_km": 48220,
    "fuel_type": "Disel",
    "driver": "Amina Otieno",
    "department": "Installs",
}


def _csv(topic, text, **meta):
    return row("csv", topic, text.encode(), **meta)


def _hr(roster):
    return row("hr", "hr", json.dumps(roster).encode())


def _fuel(fills):
    return row("fuel", "fuel", json.dumps(fills).encode())


def test_a_person_with_a_vehicle_is_a_driver_and_an_entry_of_the_roster():
    driver, entry = outcome(_hr({"as_of": "2026-07-13", "drivers": [ROSTER | SHIFT]})).facts
    assert (driver.kind, driver.imei, driver.occurred_at) == (
        "driver_listed",
        None,
        datetime(2026, 7, 12, 21, tzinfo=UTC),
    )
    assert driver.data == {
        "driver": "Amina Otieno",
        "staff_no": "1017",
        "phone": "+254700000301",
        "city": "Nairobi",
        "shift_area": "Westlands",
    }
    assert (entry.kind, entry.occurred_at) == ("roster_entry", driver.occurred_at)
    assert entry.data == {
        "driver": "Amina Otieno",
        "plate": "KDA 101A",
        "shift_starts": "07:30",
        "shift_ends": "17:00",
    }


def test_a_roster_without_a_date_is_of_when_we_received_it():
    assert only_fact(_hr([ROSTER])).occurred_at == RECEIVED_AT


def test_a_rows_own_date_stands_before_the_rosters():
    fact = only_fact(_hr({"as_of": "2026-07-13", "roster": [ROSTER | {"from": "2026-07-14T06:00:00+03:00"}]}))
    assert fact.occurred_at == datetime(2026, 7, 14, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": ""}, "wrong_type"),
        ({"shift_start": "half past seven"}, "wrong_type"),
        ({"shift_start": "24:10"}, "wrong_type"),
        ({"from": "last week"}, "wrong_type"),
        ({"from": "2019-01-01"}, "implausible_time"),
    ],
)
def test_a_row_of_the_roster_that_cannot_be_meant_is_rejected_and_its_neighbour_stays(changes, reason):
    parsed = outcome(_hr([ROSTER | changes, ROSTER]))
    assert [(r.item, r.reason) for r in parsed.rejections] == [(0, reason)]
    assert [fact.item for fact in parsed.facts] == [1]


@pytest.mark.parametrize(
    ("body", "reason"), [(b"{", "not_json"), (b"{}", "not_object"), (b'{"drivers":7}', "not_object")]
)
def test_a_body_that_is_no_roster_is_refused_whole(body, reason):
    assert reasons(outcome(row("hr", "hr", body))) == [reason]


def test_a_drivers_file_says_what_the_roster_says():
    facts = outcome(_csv("drivers", "driver,phone,active\nAmina Otieno,+254700000301,yes\nBrian,,0\n")).facts
    assert [fact.data for fact in facts] == [
        {"driver": "Amina Otieno", "phone": "+254700000301", "active": True},
        {"driver": "Brian", "active": False},
    ]


def test_a_cost_centre_may_state_its_code():
    facts = outcome(_csv("cost_centres", "cost_centre,code\nFibre installs,FIB\nSurvey,\n")).facts
    assert [(fact.kind, fact.data) for fact in facts] == [
        ("cost_centre_listed", {"cost_centre": "Fibre installs", "code": "FIB"}),
        ("cost_centre_listed", {"cost_centre": "Survey"}),
    ]


@pytest.mark.parametrize("topic", ["drivers", "cost_centres", "vehicles"])
def test_a_file_without_its_key_column_is_refused_whole(topic):
    parsed = outcome(_csv(topic, "something,else\n1,2\n"))
    assert (parsed.facts, reasons(parsed)) == ([], ["wrong_type"])


def test_an_unquoted_comma_is_a_bad_row_and_not_a_shifted_one():
    parsed = outcome(_csv("drivers", "driver,phone\nOtieno, Amina,0700\nBrian,0701,,\n"))
    assert [(r.item, r.reason) for r in parsed.rejections] == [(0, "wrong_type")]
    assert [fact.item for fact in parsed.facts] == [1]


def test_rows_are_numbered_by_the_line_on_which_they_begin():
    _, lines = csv_lines(b'driver,phone\n"Amina\nOtieno",1\n\nBrian,2\n')
    assert [number for number, _ in lines] == [2, 4, 5]


def test_a_fuel_fill_reads_field_by_field_and_its_time_is_east_african():
    fact = only_fact(_fuel({"fills": [FILL | {"updated_at": "2026-07-13T16:00:00Z"}]}))
    assert (fact.kind, fact.imei) == ("fuel_fill", None)
    assert fact.occurred_at == datetime(2026, 7, 13, 15, 20, tzinfo=UTC)
    assert fact.data == {
        "fill_id": "f-881",
        "plate": "KDA 101A",
        "fuel_l": 41.5,
        "cost_kes": 7885.0,
        "odometer_m": 48_220_000.0,
        "fuel_type": "diesel",
        "driver": "Amina Otieno",
        "department": "Installs",
        "updated_at": "2026-07-13T16:00:00Z",
    }


def test_a_list_an_object_and_a_single_fill_are_the_same():
    assert outcome(_fuel([FILL])) == outcome(_fuel(FILL)) == outcome(_fuel({"fills": [FILL]}))


def test_a_deleted_fill_is_told_as_such_without_its_litres():
    fact = only_fact(_fuel([{"id": 9, "car": "KDA 101A", "filled_at": "2026-07-13", "deleted": True}]))
    assert fact.data == {"fill_id": "9", "plate": "KDA 101A", "deleted": True}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": ""}, "wrong_type"),
        ({"car": ""}, "wrong_type"),
        ({"litres": ""}, "wrong_type"),
        ({"litres": "forty"}, "wrong_type"),
        ({"litres": 0}, "wrong_type"),
        ({"litres": 90_000}, "wrong_type"),
        ({"amount_kes": -5}, "wrong_type"),
        ({"filled_at": ""}, "missing_time"),
        ({"filled_at": "13/07/2026"}, "wrong_type"),
        ({"filled_at": "2019-01-01"}, "implausible_time"),
    ],
)
def test_a_fill_that_cannot_be_meant_is_rejected_and_its_neighbour_stays(changes, reason):
    parsed = outcome(_fuel([FILL | changes, FILL]))
    assert [(r.item, r.reason) for r in parsed.rejections] == [(0, reason)]
    assert [fact.item for fact in parsed.facts] == [1]


def test_a_fill_that_is_not_deleted_does_not_say_so():
    assert "deleted" not in only_fact(_fuel([FILL | {"deleted": False}])).data


def test_a_fuel_type_that_nobody_has_heard_of_passes_through():
    assert only_fact(_fuel([FILL | {"fuel_type": "Paraffin"}])).data["fuel_type"] == "Paraffin"
