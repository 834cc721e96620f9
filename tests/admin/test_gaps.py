"""The gap report: each kind of gap is found, and gone when it is mended; which listings prove an absence."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from admin.facts_stated import fact, imported, listed, run
from database.facts import NOON
from database.folds import empty_log, whole, write_log
from database.log_rows import Connection
from fixtures.database import Database

A, B, C = (f"8699990500030{n}" for n in ("10", "28", "36"))
MATCHED = [listed(A, plate="KDA001A", driver="Amina"), imported("KDA 001A", A, driver="amina")]


@pytest.fixture(scope="module")
def db(standing_database: Database) -> Iterator[Connection]:
    with standing_database.connect("superuser") as connection:
        connection.execute("insert into domain.accounts (code, name) values ('north', 'N'), ('south', 'S')")
        yield connection


def gaps(db: Connection, *facts: dict[str, Any]) -> dict[str, tuple[str | None, str | None]]:
    """(ours, upstream's) of each kind of gap that the facts leave, an hour past noon."""
    with empty_log(db):
        write_log(db, list(facts))
        whole(db)
        rows = db.execute("select kind, ours, upstream from serve.fn_gaps(%s)", (NOON + timedelta(hours=1),)).fetchall()
    assert len({kind for kind, _, _ in rows}) == len(rows), rows
    return {kind: (ours, upstream) for kind, ours, upstream in rows}


def test_where_both_sides_agree_there_is_no_gap(db: Connection) -> None:
    assert gaps(db, *MATCHED, run(1, 1)) == {}


@pytest.mark.parametrize(
    ("facts", "gap"),
    [
        ([listed(B, plate="KDB 002B")], {"listed_without_vehicle": (None, "KDB 002B")}),
        ([listed(B)], {"listed_without_vehicle": (None, "north")}),
        ([imported("KDB 002B", B), run(1, 2)], {"never_listed": ("KDB 002B", None)}),
        ([listed(A, 2, plate="KDZ 009Z")], {"plate_differs": ("KDA 001A", "KDZ 009Z")}),
        ([listed(A, 2, driver="Brian")], {"driver_differs": ("amina", "Brian")}),
        ([listed(A, 2, sim="111"), fact("device_set", 3, A, sim="222")], {"sim_differs": ("222", "111")}),
        ([imported("KDB 002B")], {"vehicle_without_device": ("KDB 002B", None)}),
        ([fact("driver_set", 1, name="Chebet")], {"driver_without_vehicle": ("Chebet", None)}),
        ([listed(B), imported("KDA 001A", B)], {"devices_of_one_class": (f"{A}, {B}", None)}),
        (
            [listed(B), imported("KDB 002B", B, driver="amina")],
            {"driver_of_several": ("KDA 001A, KDB 002B", None)},
        ),
        (
            [listed(A, 2, sim="111"), listed(B, sim="111"), imported("KDB 002B", B)],
            {"sim_of_several": (f"{A}, {B}", "111")},
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_gap_is_found(db: Connection, facts: list[dict[str, Any]], gap: dict[str, Any]) -> None:
    assert gaps(db, *MATCHED, *facts) == gap


def test_a_camera_beside_the_tracker_is_no_double(db: Connection) -> None:
    camera = [listed(B), imported("KDA 001A", B), fact("device_set", 1, B, device_class="camera")]
    assert gaps(db, *MATCHED, *camera) == {}


def test_what_is_decommissioned_leaves_no_gap_of_its_own(db: Connection) -> None:
    gone = fact("lifecycle_set", 5, B, to="decommissioned")
    assert gaps(db, *MATCHED, listed(B, plate="KDB 002B"), gone) == {}


def test_an_assignment_by_an_operator_closes_the_gap_from_its_time_on(db: Connection) -> None:
    found = [listed(B), fact("vehicle_set", 1, plate="KDB 002B")]
    assert set(gaps(db, *MATCHED, *found)) == {"listed_without_vehicle", "vehicle_without_device"}
    tomorrow = (NOON + timedelta(days=1)).isoformat()
    for valid_from, left in ((None, set()), (tomorrow, {"listed_without_vehicle", "vehicle_without_device"})):
        told = {"valid_from": valid_from} if valid_from else {}
        assert set(gaps(db, *MATCHED, *found, fact("device_assigned", 2, B, plate="KDB 002B", **told))) == left


FLEET = [run(0, 3), *(told for imei in (A, B, C) for told in (listed(imei), imported(f"KDA {imei[-2:]}", imei)))]


def absent(db: Connection, *facts: dict[str, Any]) -> bool:
    """Is device C, listed with the others at first, reported as no longer listed?"""
    found = gaps(db, *FLEET, *facts)
    assert set(found) <= {"no_longer_listed"}
    return bool(found)


def later_runs(minutes: tuple[int, ...], count: int) -> list[dict[str, Any]]:
    """Listings that name A and B, and say that they are so many rows long."""
    return [told for minute in minutes for told in (listed(A, minute), listed(B, minute), run(minute, count))]


def test_a_device_is_reported_when_as_many_whole_listings_as_the_rule_says_left_it_out(db: Connection) -> None:
    with db.transaction(force_rollback=True):
        db.execute("update slo.targets set threshold = 60 where metric = 'listing_min_pct'")
        assert not absent(db, *later_runs((1, 2), 2))
        assert absent(db, *later_runs((1, 2, 3), 2))
        assert not absent(db, *later_runs((1, 2, 3), 2), listed(C, 4), run(4, 3))
        assert absent(db, *later_runs((1, 2, 3), 2), listed(C, 4)), "a detail is no listing"
        db.execute("update slo.targets set threshold = 2 where metric = 'listing_absent_runs'")
        assert absent(db, *later_runs((1, 2), 2))


def test_a_listing_that_is_implausibly_small_proves_no_absence(db: Connection) -> None:
    assert not absent(db, *later_runs((1, 2, 3, 4), 2))  # 2 of 3 known devices: less than 80 %
    assert not absent(db, *(run(minute, 0) for minute in (1, 2, 3, 4)))


def test_listings_of_another_account_prove_no_absence(db: Connection) -> None:
    assert not absent(db, *(run(minute, 50, "south") for minute in (1, 2, 3, 4)))


def test_an_absence_changes_nothing_of_the_device(db: Connection) -> None:
    with empty_log(db):
        db.execute("update slo.targets set threshold = 60 where metric = 'listing_min_pct'")
        write_log(db, [*FLEET, *later_runs((1, 2, 3), 2)])
        whole(db)
        assert db.execute(
            "select lifecycle, (told.account).value, plate_key from domain.devices join state.devices told using (imei)"
            " join domain.device_assignments using (imei) join domain.vehicles using (vehicle_id) where imei = %s",
            (C,),
        ).fetchone() == ("provisioned", "north", f"KDA{C[-2:]}")
