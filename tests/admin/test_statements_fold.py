"""What operators state, imports and listings among it, comes to the same tables in any order, split and repetition."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from database.facts import FIXES, IMEIS, INSTANTS, LISTINGS, NOON, VEHICLES, of_kind, received, some_of
from database.folds import Tables, empty_log, fold, in_batches, whole, write_log
from database.log_rows import Connection
from fixtures.database import Database

IMEI = "869999050001018"
BY = st.sampled_from(["amina", "brian"])
PLATES = st.sampled_from(["KDA 001A", "KDB 002B"])
DRIVERS = st.sampled_from(["Amina", "Brian"])
CENTRES = st.sampled_from(["Fibre", "Power and masts"])
MOMENTS = INSTANTS.map(lambda moment: moment.isoformat())
OPS = st.just("ops")
KINDS = (
    of_kind(
        "vehicle_set",
        some_of(
            {"plate": PLATES, "by": BY},
            {"cost_centre": CENTRES, "city": st.just("Nairobi"), "cleared": st.sampled_from([["make"], ["model"]])},
        ),
        imei=st.none(),
        source=OPS,
    ),
    of_kind("vehicle_set", some_of({"plate": PLATES, "by": BY, "cleared": st.just(["city"])}, {}), st.none(), OPS),
    of_kind(
        "device_set",
        some_of({"by": BY}, {"device_class": st.sampled_from(["tracker", "camera"]), "cleared": st.just(["sim"])}),
        source=OPS,
    ),
    of_kind("device_set", some_of({"by": BY, "sim": st.sampled_from(["1", "2"])}, {}), source=OPS),
    of_kind("device_assigned", some_of({"by": BY}, {"plate": PLATES, "valid_from": MOMENTS}), source=OPS),
    of_kind(
        "lifecycle_set",
        some_of({"by": BY, "to": st.sampled_from(["active", "suspended", "decommissioned", "provisioned"])}, {}),
        source=OPS,
    ),
    of_kind(
        "driver_set",
        some_of(
            {"name": DRIVERS, "by": BY},
            {
                "phone": st.sampled_from(["1", "2"]),
                "city": st.sampled_from(["Nairobi", "Mombasa"]),
                "active": st.booleans(),
            },
        ),
        st.none(),
        OPS,
    ),
    of_kind(
        "driver_assigned",
        some_of({"plate": PLATES, "by": BY}, {"driver": DRIVERS, "valid_from": MOMENTS, "reason": st.just("leave")}),
        st.none(),
        OPS,
    ),
    of_kind(
        "cost_centre_set",
        some_of({"name": CENTRES, "by": BY}, {"code": st.sampled_from(["FIB", "POW"])}),
        st.none(),
        OPS,
    ),
    of_kind(
        "account_set",
        some_of(
            {"code": st.sampled_from(["north", "new", "unheard-of"]), "by": BY},
            {"name": st.sampled_from(["One", "Two"]), "polled": st.booleans()},
        ),
        st.none(),
        OPS,
    ),
    of_kind("city_set", some_of({"city": st.just("Mombasa"), "by": BY}, {}), st.none(), OPS),
    of_kind("vehicle_listed", VEHICLES, imei=IMEIS | st.none(), source=st.just("csv")),
    of_kind("device_listed", LISTINGS, source=st.just("jimi.poll")),
    of_kind("position_fix", FIXES),
    of_kind(
        "listing_completed",
        some_of({"run_id": st.sampled_from(["a", "b"]), "targets": st.just(["north"]), "count": st.integers(0, 2)}, {}),
        st.none(),
        st.just("jimi.poll"),
    ),
)
# A log of one kind meets itself more often than one of all.
LOGS = st.sampled_from([st.one_of(KINDS), *KINDS]).flatmap(
    lambda facts: st.lists(facts.map(received), min_size=2, max_size=14)
)
FOLDING = settings(max_examples=60, deadline=None, derandomize=True)


@pytest.fixture(scope="module")
def db(standing_database: Database) -> Iterator[Connection]:
    with standing_database.connect("superuser") as connection:
        connection.execute("insert into domain.accounts (code, name) values ('north', 'N'), ('south', 'S')")
        yield connection


def after(db: Connection, facts: list[dict[str, Any]], way: Callable[[Connection], None] = whole) -> Tables:
    """The tables that facts come to when they are numbered in this order."""
    with empty_log(db):
        write_log(db, facts)
        return fold(db, way)


def stated(kind: str, minute: int, imei: str | None = None, **data: Any) -> dict[str, Any]:
    """A fact of an operator (or, with `source`, of somebody else)."""
    source = data.pop("source", "ops")
    if source == "ops":
        data = {"by": "admin", **data}
    at = NOON + timedelta(minutes=minute)
    return received(
        {"kind": kind, "imei": imei, "source": source, "raw_id": 1, "occurred_at": at, "data": data, "item": minute}
    )


def fix(minute: int) -> dict[str, Any]:
    """A good fix."""
    return stated("position_fix", minute, IMEI, source="jimi.push", lat=-1.25, lon=36.5, quality="gps")


@pytest.mark.timeout(600)  # a failure is shrunk before it is shown
@FOLDING
@given(facts=LOGS, batch=st.integers(1, 5), data=st.data())
def test_statements_imports_and_listings_in_any_order_and_split_give_the_same_tables(
    db: Connection, facts: list[dict[str, Any]], batch: int, data: st.DataObject
) -> None:
    expected = after(db, facts)
    assert after(db, facts, in_batches([batch])) == expected
    assert after(db, data.draw(st.permutations(facts)), in_batches([batch])) == expected


def test_a_statement_holds_against_an_earlier_import_and_gives_way_to_a_later_one(db: Connection) -> None:
    imported = stated("vehicle_listed", 1, source="csv", plate="KDA 001A", city="Nairobi", cost_centre="Fibre")
    set_ = stated("vehicle_set", 2, plate="KDA 001A", city="Kampala")
    again = stated("vehicle_listed", 3, source="csv", plate="KDA 001A", city="Mombasa")
    (row,) = after(db, [set_, imported])["domain.vehicles"]
    assert (row["city"]["value"], row["cost_centre"]["value"]) == ("Kampala", "Fibre")
    (row,) = after(db, [again, set_, imported])["domain.vehicles"]
    assert row["city"]["value"] == "Mombasa"


def test_a_cleared_field_is_empty_until_somebody_says_something_again(db: Connection) -> None:
    set_ = stated("vehicle_set", 1, plate="KDA 001A", city="Kampala")
    cleared = stated("vehicle_set", 2, plate="KDA 001A", cleared=["city"])
    silent = stated("vehicle_set", 3, plate="KDA 001A", make="Isuzu")
    later = stated("vehicle_set", 4, plate="KDA 001A", city="Nairobi")
    for facts, city in (([silent, cleared, set_], None), ([later, cleared, set_], "Nairobi")):
        (row,) = after(db, facts)["domain.vehicles"]
        assert row["city"]["value"] == city


@pytest.mark.parametrize(("wrong", "right"), [("KDB 002B", "KDA 001A"), ("KDA 001A", "KDB 002B")])
def test_of_two_statements_about_one_instant_the_one_made_later_holds(db: Connection, wrong: str, right: str) -> None:
    moment = (NOON - timedelta(days=30)).isoformat()
    vehicles = [stated("vehicle_set", n, plate=plate) for n, plate in enumerate(("KDA 001A", "KDB 002B"))]
    first = stated("device_assigned", 2, IMEI, plate=wrong, valid_from=moment)
    second = stated("device_assigned", 5, IMEI, plate=right, valid_from=moment, reason="typing error")
    for order in ([first, second], [second, first]):
        tables = after(db, [*vehicles, *order], in_batches([1]))
        (assignment,) = tables["domain.device_assignments"]
        shown = [row["plate"] for row in tables["state.identities"] if row["valid_from"] != "-infinity"]
        assert (shown, assignment["reason"], assignment["stated_by"]) == ([right], "typing error", "admin")


@pytest.mark.parametrize(("wrong", "right"), [("Amina", "Brian"), ("Brian", "Amina"), ("Amina", None), (None, "Amina")])
def test_of_two_drivers_stated_for_one_instant_the_one_stated_later_drives(
    db: Connection, wrong: str | None, right: str | None
) -> None:
    first, second = (
        stated(
            "driver_assigned",
            minute,
            plate="KDA 001A",
            valid_from=NOON.isoformat(),
            **({"driver": name} if name else {}),
        )
        for minute, name in ((2, wrong), (5, right))
    )
    for order in ([first, second], [second, first]):
        tables = after(db, order, in_batches([1]))
        (assignment,) = tables["domain.driver_assignments"]
        names = {row["driver_id"]: row["name"] for row in tables["domain.drivers"]}
        assert names.get(assignment["driver_id"]) == right


def test_a_device_taken_off_its_vehicle_stands_for_itself(db: Connection) -> None:
    tables = after(
        db,
        [
            stated("vehicle_listed", 1, IMEI, source="csv", plate="KDA 001A"),
            stated("device_assigned", 2, IMEI),
        ],
    )
    assert [row["plate"] for row in tables["state.identities"] if row["valid_until"] == "infinity"] == [IMEI]


def test_a_vehicle_that_nobody_drives_shows_no_driver_though_the_vendor_lists_one(db: Connection) -> None:
    tables = after(
        db,
        [
            stated("device_listed", 0, IMEI, source="jimi.poll", driver="Brian"),
            stated("vehicle_listed", 1, IMEI, source="csv", plate="KDA 001A", driver="Amina"),
            stated("driver_assigned", 2, plate="KDA 001A"),
        ],
    )
    drivers = {row["valid_until"]: row["driver"] for row in tables["state.identities"]}
    assert drivers["infinity"] is None
    assert "Amina" in drivers.values()


def test_what_an_operator_says_of_a_device_is_no_sign_of_life(db: Connection) -> None:
    tables = after(db, [stated("device_set", 1, IMEI, sim="89254")])
    assert tables["state.devices"] == []
    assert [(row["lifecycle"], row["sim"]["value"]) for row in tables["domain.devices"]] == [("provisioned", "89254")]


def lifecycle(db: Connection, *facts: dict[str, Any]) -> str:
    """Where the facts leave the device, in whichever order they come."""
    ends = set()
    for order in (list(facts), list(facts)[::-1]):
        (device,) = after(db, order, in_batches([1]))["domain.devices"]
        ends.add(device["lifecycle"])
    (end,) = ends
    return str(end)


def codes(db: Connection, *facts: dict[str, Any]) -> dict[str, str]:
    """The code of each cost centre, which must be the same in any order of arrival."""
    found = []
    for order in permutations(facts):
        with empty_log(db), db.transaction(force_rollback=True):
            write_log(db, list(order))
            in_batches([1])(db)
            found.append(dict(db.execute("select name, code from domain.cost_centres").fetchall()))
    assert all(each == found[0] for each in found)
    return found[0]


def test_cost_centres_that_swap_their_codes_have_them_in_any_order(db: Connection) -> None:
    told = [
        stated("cost_centre_set", 0, name="Fibre", code="FIB"),
        stated("cost_centre_set", 1, name="Masts", code="MAS"),
        stated("cost_centre_set", 2, name="Fibre", code="MAS"),
        stated("cost_centre_set", 3, name="Masts", code="FIB"),
    ]
    assert codes(db, *told) == {"Fibre": "MAS", "Masts": "FIB"}


def test_of_two_cost_centres_with_one_code_the_later_statement_holds(db: Connection) -> None:
    first, second = (
        stated("cost_centre_set", 0, name="Fibre", code="X1"),
        stated("cost_centre_set", 1, name="Masts", code="X1"),
    )
    assert codes(db, first, second)["Masts"] == "X1"
    assert codes(db, first, second, stated("cost_centre_set", 2, name="Fibre", code="X1"))["Fibre"] == "X1"


def test_a_device_has_the_account_that_lists_it_whether_or_not_anybody_has_stated_that(db: Connection) -> None:
    listing = stated("device_listed", 0, IMEI, source="jimi.poll", account="east")
    account = stated("account_set", 1, code="east", name="East", polled=True)
    for order in ([listing, account], [account, listing], [listing]):
        (device,) = after(db, order, in_batches([1]))["domain.devices"]
        assert device["account_code"] == "east"


STATES = ("provisioned", "active", "suspended", "decommissioned")
WAYS: dict[str, list[str]] = {
    "provisioned": [],
    "active": ["active"],
    "suspended": ["suspended"],
    "decommissioned": ["decommissioned"],
}
ALLOWED = {
    ("provisioned", "active"),
    ("provisioned", "suspended"),
    ("provisioned", "decommissioned"),
    ("active", "suspended"),
    ("active", "decommissioned"),
    ("suspended", "active"),
    ("suspended", "decommissioned"),
    ("decommissioned", "suspended"),
}


@pytest.mark.parametrize("to", STATES)
@pytest.mark.parametrize("reached", STATES)
def test_a_step_that_is_not_allowed_is_not_taken(db: Connection, reached: str, to: str) -> None:
    steps = [stated("lifecycle_set", n, IMEI, to=state) for n, state in enumerate([*WAYS[reached], to])]
    assert lifecycle(db, *steps) == (to if (reached, to) in ALLOWED else reached)


def test_the_first_good_fix_activates_a_provisioned_device_and_no_other(db: Connection) -> None:
    assert lifecycle(db, stated("device_set", 0, IMEI, sim="1"), fix(1)) == "active"
    for state in ("suspended", "decommissioned"):
        step = stated("lifecycle_set", 1, IMEI, to=state)
        assert lifecycle(db, step, fix(2)) == state
        assert lifecycle(db, step, fix(0)) == state


def test_a_device_goes_all_the_way_and_back(db: Connection) -> None:
    steps = [
        stated("lifecycle_set", n, IMEI, to=to)
        for n, to in enumerate(["suspended", "active", "decommissioned", "suspended", "active"], 1)
    ]
    assert lifecycle(db, fix(0), *steps) == "active"
    assert lifecycle(db, fix(0), *steps[:3]) == "decommissioned"
    assert after(db, [fix(0), *steps[:3]])["state.identities"] == []
