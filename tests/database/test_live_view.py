"""serve.fn_live_view: one marker a vehicle, its state at an instant, filters, and the payload's form."""

import itertools
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import psycopg
import pytest

from database.garage import AS_OF, MOVING_KMH, OFFLINE_S, SECOND, STALE_S, Garage, ago
from fixtures.database import Database

LOW, HIGH = "860000000000001", "860000000000009"
PROPERTIES = [
    "vehicle_id", "plate", "plate_tail", "imei", "cost_centre", "city", "driver", "state", "lifecycle", "style_class",
    "colour", "cost_centre_code", "stale_at", "offline_at", "search_text", "heading_deg", "speed_kmh", "ignition",
    "fixed_at", "received_at", "quality", "address",
]  # fmt: skip


@pytest.fixture
def garage(standing_database: Database) -> Iterator[Garage]:
    with standing_database.connect("superuser") as db, db.transaction(force_rollback=True):
        yield Garage(db)


DEDUP = {
    "an active device over a suspended one": (
        {"fixed_at": ago(10), "lifecycle": "suspended"},
        {"fixed_at": ago(300), "quality": "lbs", "device_class": "camera"},
    ),
    "a good fix over a coarse one, though that is fresh": (
        {"fixed_at": ago(10), "quality": "lbs"},
        {"fixed_at": ago(3 * STALE_S), "device_class": "camera"},
    ),
    "a fresh fix over a stale one, whatever the class": (
        {"fixed_at": ago(STALE_S + 1)},
        {"fixed_at": ago(STALE_S - 1), "device_class": "camera"},
    ),
    "a tracker over a camera, though that is newer": (
        {"fixed_at": ago(10), "device_class": "camera"},
        {"fixed_at": ago(300), "device_class": "tracker"},
    ),
    "the newest fix of two trackers": ({"fixed_at": ago(20)}, {"fixed_at": ago(10)}),
    "a device with a position over one without": ({}, {"fixed_at": ago(10**7), "quality": "wifi"}),
}
"""Loser first. The loser always has the lower IMEI, so that the last step of the rule cannot help."""


@pytest.mark.parametrize("step", DEDUP)
@pytest.mark.parametrize("loser_first", [True, False], ids=["loser first", "winner first"])
def test_of_two_devices_the_marker_stands_for(garage: Garage, step: str, loser_first: bool) -> None:
    vehicle = garage.vehicle("KDA 001A")
    pair = [(LOW, DEDUP[step][0]), (HIGH, DEDUP[step][1])]
    for imei, told in pair if loser_first else reversed(pair):
        garage.device(imei, vehicle, **told)
    assert garage.features()["KDA 001A"]["imei"] == HIGH, step


def test_of_two_equal_devices_the_lower_imei_speaks_in_any_order(garage: Garage) -> None:
    for number, imeis in enumerate(itertools.permutations(["1", "2", "3"])):
        vehicle = garage.vehicle(f"KDA {number:03d}A")
        for imei in imeis:
            garage.device(f"86000000000{number}{imei}", vehicle, fixed_at=ago(10))
    assert {row["imei"][-1] for row in garage.features().values()} == {"1"}


def test_the_class_of_a_device_comes_from_its_model_where_no_import_told_one(garage: Garage) -> None:
    vehicle = garage.vehicle("KDA 001A")
    garage.device(LOW, vehicle, fixed_at=ago(10)).hear(LOW, ago(10), model="JC400P")
    garage.device(HIGH, vehicle, fixed_at=ago(20)).hear(HIGH, ago(20), model="X3")
    assert garage.features()["KDA 001A"]["imei"] == HIGH


@pytest.mark.parametrize(
    ("told", "state", "style"),
    [
        ({"fixed_at": ago(0), "speed_kmh": MOVING_KMH}, "moving", "moving"),
        ({"fixed_at": ago(0), "speed_kmh": MOVING_KMH - 0.1}, "parked", "parked"),
        ({"fixed_at": ago(0), "speed_kmh": 0, "ignition": True}, "parked", "idling"),
        ({"fixed_at": ago(0), "speed_kmh": 0, "ignition": False}, "parked", "parked"),
        ({"fixed_at": ago(STALE_S - 1), "speed_kmh": 60}, "moving", "moving"),
        ({"fixed_at": ago(STALE_S), "speed_kmh": 60}, "parked", "parked"),
        ({"fixed_at": ago(STALE_S), "speed_kmh": 0, "ignition": True}, "parked", "parked"),
        ({"fixed_at": ago(OFFLINE_S - 1)}, "parked", "parked"),
        ({"fixed_at": ago(OFFLINE_S)}, "offline", "offline"),
        ({"fixed_at": ago(10), "quality": "lbs"}, "unknown", "unknown"),
        ({"fixed_at": ago(10), "quality": "lbs", "speed_kmh": 60, "good_fixed_at": ago(20), "good_speed_kmh": 0},
         "parked", "parked"),
        ({}, "unknown", "unknown"),
    ],
)  # fmt: skip
def test_the_state_of_a_vehicle_at_the_edges(garage: Garage, told: dict[str, Any], state: str, style: str) -> None:
    garage.device(LOW, garage.vehicle("KDA 001A"), **told)
    marker = garage.features()["KDA 001A"]
    assert (marker["state"], marker["style_class"]) == (state, style)


def test_a_vehicle_goes_stale_and_offline_at_the_instants_that_the_payload_tells(garage: Garage) -> None:
    garage.device(LOW, garage.vehicle("KDA 001A"), fixed_at=ago(0), speed_kmh=60)
    marker = garage.features()["KDA 001A"]
    stale_at, offline_at = (datetime.fromisoformat(marker[name]) for name in ("stale_at", "offline_at"))

    def state(as_of: datetime) -> str:
        return str(garage.features(as_of=as_of)["KDA 001A"]["state"])

    assert [state(stale_at - SECOND), state(stale_at)] == ["moving", "parked"]
    assert [state(offline_at - SECOND), state(offline_at)] == ["parked", "offline"]


def test_a_heartbeat_keeps_a_vehicle_from_being_offline(garage: Garage) -> None:
    garage.device(LOW, garage.vehicle("KDA 001A"), fixed_at=ago(2 * OFFLINE_S)).hear(LOW, ago(60))
    assert garage.features()["KDA 001A"]["state"] == "parked"


@pytest.fixture
def fleet(garage: Garage) -> Garage:
    """Four vehicles that differ in everything one can filter by."""
    one = garage.vehicle("KDA 001A", "Fibre installs", "Nairobi")
    two = garage.vehicle("KDB 002B", "Fibre installs", "Kampala")
    three = garage.vehicle("KDC 003C", "Survey", "Nairobi")
    four = garage.vehicle("KDD 004D")
    garage.device("1", one, fixed_at=ago(0), speed_kmh=50)
    garage.device("2", two, fixed_at=ago(100))
    garage.device("3", three, fixed_at=ago(2 * OFFLINE_S))
    garage.device("4", four)
    garage.drive(one, "Amina", ago(10**6))
    garage.drive(three, "Brian", ago(10**6))
    return garage


@pytest.mark.parametrize(
    ("filters", "plates"),
    [
        ({}, "1234"),
        ({"cost_centre": ["Fibre installs"]}, "12"),
        ({"cost_centre": ["Fibre installs", "Survey"]}, "123"),
        ({"cost_centre": ["Unassigned"]}, "4"),
        ({"assigned_city": ["Nairobi"]}, "13"),
        ({"assigned_city": ["Unassigned"]}, "4"),
        ({"vehicle_numbers": ["kda-001a", " KDB 002B "]}, "12"),
        ({"driver": ["Amina"]}, "1"),
        ({"driver": ["Amina", "Brian"]}, "13"),
        ({"state": ["moving"]}, "1"),
        ({"state": ["offline", "unknown"]}, "34"),
        ({"date_range": {"from": ago(100).isoformat()}}, "12"),
        ({"date_range": {"to": ago(100).isoformat()}}, "3"),
        ({"date_range": {"from": ago(100).isoformat(), "to": ago(0).isoformat()}}, "2"),
        ({"cost_centre": ["Fibre installs"], "assigned_city": ["Nairobi"]}, "1"),
        ({"assigned_city": ["Nairobi"], "state": ["offline"], "driver": ["Brian"], "cost_centre": ["Survey"]}, "3"),
        ({"cost_centre": ["Survey"], "state": ["moving"]}, ""),
    ],
)
def test_filters_are_anded_and_the_counts_are_those_of_the_features(
    fleet: Garage, filters: dict[str, Any], plates: str
) -> None:
    payload = fleet.view(json.dumps(filters))
    shown = [feature["properties"] for feature in payload["geojson"]["features"]]
    assert sorted(row["plate"][6] for row in shown) == sorted(plates)
    summary = payload["summary"]
    assert summary["total"] == len(shown)
    assert summary["total_in_scope"] == 4
    for state, count in summary["by_state"].items():
        assert count == sum(row["state"] == state for row in shown)
    assert set(summary["by_state"]) == {"moving", "parked", "offline", "unknown"}
    assert summary["by_city"] == {
        city: sum((row["city"] or "Unassigned") == city for row in shown)
        for city in {row["city"] or "Unassigned" for row in shown}
    }
    assert {row["name"]: row["count"] for row in summary["by_cost_centre"]} == {
        name: sum(row["cost_centre"] == name for row in shown) for name in {row["cost_centre"] for row in shown}
    }


def test_an_unknown_filter_is_an_error_that_names_it(garage: Garage) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="colour"):
        garage.view('{"colour": ["red"]}')


def test_the_payload_has_the_pinned_form(fleet: Garage) -> None:
    payload = fleet.view()
    assert list(payload) == ["summary", "geojson", "slo_status"]
    assert set(payload["summary"]) == {"total", "total_in_scope", "by_state", "by_city", "by_cost_centre", "as_of"}
    assert datetime.fromisoformat(payload["summary"]["as_of"]) == AS_OF
    for feature in payload["geojson"]["features"]:
        properties = feature["properties"]
        assert sorted(properties) == sorted(PROPERTIES)
        assert feature["id"] == properties["vehicle_id"]
        assert 0 < feature["id"] < 2**53, "every JSON reader holds it exactly"
        assert feature["type"] == "Feature"
        assert properties["plate_tail"] == properties["plate"].replace(" ", "")[-4:]
        assert properties["search_text"] == properties["search_text"].lower()
        assert properties["plate"].replace(" ", "").lower() in properties["search_text"]
        assert properties["colour"].startswith("#")
    centres = payload["summary"]["by_cost_centre"]
    assert [centre["slot"] for centre in centres] == [1, 2, None]
    assert centres[-1] == {"name": "Unassigned", "code": "—", "colour": "#8B929C", "slot": None, "count": 1}
    assert len({centre["code"] for centre in centres}) == 3
    for level in payload["slo_status"]:
        assert {"metric", "value", "threshold", "status"} <= set(level)
        assert level["status"] in ("met", "missed", "no_data")


def test_a_vehicle_without_a_position_is_listed_without_a_place(fleet: Garage) -> None:
    markers = fleet.features()
    assert markers["KDD 004D"]["geometry"] is None
    assert markers["KDA 001A"]["geometry"] == {"type": "Point", "coordinates": [36.82, -1.28]}


def test_a_device_on_no_vehicle_stands_for_itself(garage: Garage) -> None:
    garage.device(LOW, fixed_at=ago(10))
    marker = garage.features()[LOW]
    assert (marker["imei"], marker["cost_centre"], marker["state"]) == (LOW, "Unassigned", "parked")


def test_a_device_whose_listing_names_a_plate_is_on_that_vehicle(garage: Garage) -> None:
    garage.vehicle("KDA 001A", "Survey")
    garage.device(LOW, fixed_at=ago(10)).hear(LOW, ago(10), plate="kda001a", driver="Amina")
    marker = garage.features()["KDA 001A"]
    assert (marker["cost_centre"], marker["driver"]) == ("Survey", "Amina")


def test_a_decommissioned_device_is_shown_nowhere_and_a_suspended_one_as_such(garage: Garage) -> None:
    garage.device(LOW, garage.vehicle("KDA 001A"), fixed_at=ago(10), lifecycle="decommissioned")
    garage.device(HIGH, garage.vehicle("KDB 002B"), fixed_at=ago(10), lifecycle="suspended")
    assert {plate: row["lifecycle"] for plate, row in garage.features().items()} == {"KDB 002B": "suspended"}


def test_a_device_and_a_driver_belong_to_the_vehicle_of_the_instant_that_is_asked_for(garage: Garage) -> None:
    old, new = garage.vehicle("KDA 001A"), garage.vehicle("KDB 002B")
    garage.device(LOW, old, since=ago(5000), fixed_at=ago(4000)).mount(LOW, new, ago(1000))
    garage.drive(old, "Amina", ago(5000))
    garage.drive(new, "Brian", ago(5000))
    garage.drive(new, "Cynthia", ago(500))
    told = {
        at: [(plate, row["driver"]) for plate, row in garage.features(as_of=ago(at)).items()]
        for at in (1001, 1000, 500)
    }
    assert told == {1001: [("KDA 001A", "Amina")], 1000: [("KDB 002B", "Brian")], 500: [("KDB 002B", "Cynthia")]}


def test_a_camera_and_a_tracker_give_one_marker(garage: Garage) -> None:
    vehicle = garage.vehicle("KDA 001A")
    garage.device(LOW, vehicle, fixed_at=ago(10), device_class="camera")
    garage.device(HIGH, vehicle, fixed_at=ago(10), device_class="tracker")
    assert [row["imei"] for row in garage.features().values()] == [HIGH]
    rows = garage.db.execute("select vehicle_id from serve.v_live_dedup").fetchall()
    assert rows == [(vehicle,)]


@pytest.mark.parametrize(
    ("plate", "key"),
    [
        ("KDA 001A", "KDA001A"),
        ("kda-001a", "KDA001A"),
        ("  kda\u00a0001\u202fa ", "KDA001A"),
        ("KDA\t001\nA", "KDA001A"),
        ("KDA–001—A", "KDA001A"),
        ("KDA.001_A", "KDA001A"),
        ("UBA 123/X", "UBA123X"),
        ("", None),
        (" \u00a0- ", None),
        (None, None),
    ],
)
def test_a_plate_has_one_key_however_it_is_written(garage: Garage, plate: str | None, key: str | None) -> None:
    assert garage.db.execute("select serve.normalize_plate(%s)", (plate,)).fetchone() == (key,)


def test_the_address_is_that_of_the_cell_where_the_vehicle_is(garage: Garage) -> None:
    for plate, imei, told in [("KDA 001A", LOW, {"fixed_at": ago(10)}), ("KDA 002A", HIGH, {})]:
        garage.device(imei, garage.vehicle(plate), **told)
    assert garage.features()["KDA 001A"]["address"] is None
    said = 'Moi "Avenue",\\ Nairobi'
    keep = "select geo.keep_address(geo.cell_of(%s, 36.82), %s, %s, 'nominatim', now())"
    garage.db.execute(keep, (-1.27, "elsewhere", "street"))
    garage.db.execute(keep, (-1.28, said, "street"))
    assert garage.features()["KDA 001A"]["address"] == said
    assert garage.features()["KDA 002A"]["address"] is None
    garage.db.execute("truncate state.geocoded_positions")
    garage.db.execute(keep, (-1.28, None, "nothing"))
    assert garage.features()["KDA 001A"]["address"] is None
