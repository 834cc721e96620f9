"""P5 for vehicle-days: four tables that are folded together are built, swapped, verified and mended together."""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from fixtures.database import Database
from fixtures.roles import Platform
from fleet.migrate import SyncConnection, connect
from fleet.replay import vehicle_days
from fleet.replay.progress import Progress
from replay.conftest import Fleet
from trips import fleet as trips_fleet
from trips.days import CAMERA, DAY, TRACKER, Van, at

LONG_AGO = at("00:00") - timedelta(days=30)
WORK = Van("08:00").park(10).drive(20).park(45).drive(10).park(10).end()


@pytest.fixture
def vans(database: Database) -> Iterator[trips_fleet.Fleet]:
    """Two vehicles with three days of work each, folded."""
    with database.connect("superuser") as db:
        made = trips_fleet.Fleet(database, db)
        made.mount(TRACKER, "KDA 001A", LONG_AGO)
        made.mount(CAMERA, "KDB 002B", LONG_AGO)
        for n in (-1, 0, 1):
            shifted = [fix._replace(fixed_at=fix.fixed_at + timedelta(days=n)) for fix in WORK]
            made.fixes([*shifted, *(fix._replace(imei=CAMERA) for fix in shifted)])
        made.settle()
        yield made


def spoil(vans: trips_fleet.Fleet) -> None:
    vans.db.execute("update state.trips set distance_m = 1")
    vans.db.execute("delete from state.hourly_rollups")
    vans.db.execute("update state.daily_rollups set day = day + 200")


def test_all_vehicle_days_are_built_anew_and_take_the_place_of_wrong_ones(
    vans: trips_fleet.Fleet, fleet: Fleet
) -> None:
    right = vans.contents()
    spoil(vans)
    done = fleet("replay", "vehicle_days")
    assert done.returncode == 0, done.stderr
    assert vans.contents() == right
    assert vans.database.rows("select from events.rebuilds union all select from events.days_refolded") == []
    assert vans.database.value("select count(*) from state.v_trips where origin = 'own'") == len(right["trips"])


def test_what_workers_fold_during_the_rebuild_is_in_it(
    vans: trips_fleet.Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last day is folded again, and a new one for the first time, after they were built."""
    finish = vehicle_days.swap_when_free

    def late_fixes(*arguments: object) -> None:
        vans.fixes(fix._replace(fixed_at=fix.fixed_at + timedelta(days=1, hours=6)) for fix in WORK)
        vans.fixes(fix._replace(fixed_at=fix.fixed_at + timedelta(days=-9)) for fix in WORK)
        vans.settle()
        finish(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(vehicle_days, "swap_when_free", late_fixes)
    with connect(vans.database.url("owner")) as owner:
        vehicle_days.rebuild_days(owner, Progress("test"))
    assert {row["day"] for row in vans.day(DAY - timedelta(days=9))} == {f"{DAY - timedelta(days=9)}"}
    built = vans.contents()
    vans.db.execute("select events.mark_days()")
    vans.settle()
    assert vans.contents() == built


def test_a_rebuild_that_was_killed_goes_on_with_the_next_day(
    vans: trips_fleet.Fleet, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = vans.contents()

    def die(progress: Progress, done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Progress, "tell", die)
    with connect(vans.database.url("owner")) as owner, pytest.raises(KeyboardInterrupt):
        vehicle_days.rebuild_days(owner, Progress("test"))
    assert vans.contents() == right
    fold = vehicle_days.fold_days
    folded: list[list[vehicle_days.VehicleDay]] = []
    monkeypatch.undo()

    def count(owner: SyncConnection, schema: str, days: Sequence[vehicle_days.VehicleDay]) -> None:
        folded.append(list(days))
        fold(owner, schema, folded[-1])

    monkeypatch.setattr(vehicle_days, "fold_days", count)
    with connect(vans.database.url("owner")) as owner:
        vehicle_days.rebuild_days(owner, Progress("test"))
    assert len(folded) == 1
    assert vans.contents() == right


def test_a_part_is_folded_again_in_place(vans: trips_fleet.Fleet, fleet: Fleet) -> None:
    right = vans.contents()
    vans.db.execute("update state.trips set distance_m = 1")
    span = ("--from", at("00:00").isoformat(), "--to", (at("00:00") + timedelta(hours=20)).isoformat())
    assert fleet("replay", "trips", *span).returncode == 0
    wrong = vans.database.rows("select distinct day from state.trips where distance_m = 1")
    assert {day for (day,) in wrong} == {DAY - timedelta(days=1), DAY + timedelta(days=1)}
    assert fleet("replay", "all", "--imei", TRACKER, "--imei", CAMERA).returncode == 0
    vans.fold()
    assert vans.contents() == right


def test_verify_finds_what_is_wrong_and_waits_for_what_is_marked(vans: trips_fleet.Fleet, fleet: Fleet) -> None:
    done = fleet("state", "verify")
    assert done.returncode == 0, done.stdout
    spoil(vans)
    done = fleet("state", "verify", "vehicle_days", "--json")
    assert done.returncode == 1
    assert {v["table"]: v["differing_rows"] > 0 for v in json.loads(done.stdout)} == {
        "state.trips": True,
        "state.vehicle_days": False,
        "state.daily_rollups": True,
        "state.hourly_rollups": True,
    }
    vans.db.execute("update state.daily_rollups set day = day - 200")
    vans.db.execute("select events.mark_days()")
    assert fleet("state", "verify", "vehicle_days").returncode == 0


def test_with_workers_running_all_is_built_anew(vans: trips_fleet.Fleet, platform: Platform, fleet: Fleet) -> None:
    right = vans.contents()
    spoil(vans)
    platform.worker()
    done = fleet("replay", "all")
    assert done.returncode == 0, done.stderr
    assert vans.contents() == right
