"""Vehicle-days in the database: marked, folded, replaced; of which device, and when again."""

import asyncio
from datetime import datetime, timedelta

import psycopg
import pytest

from fleet import clock
from fleet.db import connect
from fleet.pipeline.vehicle_days import VEHICLE_DAY_TABLES, fold_days
from trips.days import CAMERA, DAY, TRACKER, Van, at
from trips.fleet import Fleet

PLATE = "KDA 001A"
YESTERDAY, TOMORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)
LONG_AGO = at("00:00") - timedelta(days=30)
WORK = Van("08:00").park(10).drive(20).park(45).drive(10).park(10).end()


def test_a_day_is_marked_with_its_fixes_and_folded_once(fleet: Fleet) -> None:
    fleet.mount(TRACKER, PLATE, LONG_AGO)
    fleet.fixes(WORK)
    fleet.project()
    assert (DAY, TRACKER, 0) in fleet.waiting()
    fleet.fold()
    assert fleet.waiting() == []
    (day,) = fleet.day()
    assert (day["plate"], day["distance_m"], day["trips"], day["driving_s"]) == (PLATE, 18_000, 2, 1800)
    assert len(fleet.contents()["hourly_rollups"]) == 24


def test_a_mark_waits_so_that_others_join_it(fleet: Fleet) -> None:
    fleet.mount(TRACKER, PLATE, LONG_AGO)
    fleet.project()
    for fix in WORK[:5]:
        fleet.fixes([fix])
        fleet.project()
    assert fleet.db.execute("select day, mark, due_at > clock_timestamp() from events.days_to_fold").fetchall() == [
        (DAY, 5, True)
    ]
    assert fleet.db.execute("select waiting from events.lag() where stage = 'vehicle_days'").fetchone() == (0,)
    fleet.db.execute("update events.days_to_fold set due_at = clock_timestamp()")
    assert fleet.db.execute("select waiting from events.lag() where stage = 'vehicle_days'").fetchone() == (1,)


def test_a_late_fix_changes_the_vehicle_day_that_it_belongs_to_and_no_other(fleet: Fleet) -> None:
    fleet.mount(TRACKER, PLATE, LONG_AGO)
    fleet.mount(CAMERA, "KDB 002B", LONG_AGO)
    days = [[fix._replace(fixed_at=fix.fixed_at + timedelta(days=n)) for fix in WORK] for n in (-1, 0, 1)]
    fleet.fixes([*days[0], *days[1][:50], *days[1][55:], *days[2]])
    fleet.fixes(fix._replace(imei=CAMERA) for fix in WORK)
    fleet.settle()
    before = fleet.versions()
    fleet.fixes(days[1][50:55])
    fleet.settle()
    after = fleet.versions()
    assert before.keys() == after.keys()
    ((changed,),) = ([key for key in before if before[key] != after[key]],)
    assert changed[1] == DAY
    assert [row["distance_m"] for row in fleet.day()] == [18_000, 18_000]


def test_a_repeated_statement_marks_nothing_and_a_fold_without_news_writes_nothing(fleet: Fleet) -> None:
    fleet.mount(TRACKER, PLATE, LONG_AGO)
    fleet.fixes(WORK)
    fleet.settle()
    before = fleet.versions()
    fleet.fixes(WORK)
    fleet.project()
    assert fleet.waiting() == []
    fleet.db.execute("select events.mark_days()")
    fleet.fold()
    assert fleet.versions() == before


def test_a_mark_that_comes_during_the_fold_is_not_lost(fleet: Fleet) -> None:
    fleet.mount(TRACKER, PLATE, LONG_AGO)
    fleet.fixes(WORK[:100])
    fleet.project()
    fleet.db.execute("update events.days_to_fold set due_at = clock_timestamp()")
    with fleet.database.connect("worker") as worker:
        taken = worker.execute(
            "select day, imei, vehicle_id, mark from events.claim_days('slow', '30 s', 1)"
        ).fetchone()
        assert taken is not None
        arrays = [[value] for value in taken]
        with worker.transaction():
            worker.execute("select * from events.lock_vehicles_of_days(%s, %s, %s)", arrays[:3])
            fleet.fixes(WORK[100:])
            fleet.db.execute("set statement_timeout = '2s'")  # the projector does not wait for the fold
            fleet.project()
            worker.execute("select events.finish_days(%s, %s, %s, %s)", arrays)
    assert (DAY, TRACKER, 0) in fleet.waiting()
    fleet.fold()
    assert fleet.day()[0]["distance_m"] == 18_000


def test_a_claim_is_one_workers_until_its_lease_runs_out(fleet: Fleet) -> None:
    fleet.mount(TRACKER, PLATE, LONG_AGO)
    fleet.fixes(WORK)
    fleet.project()
    fleet.fold()
    fleet.fixes(Van("20:00").drive(5).end())
    fleet.project()
    fleet.db.execute("update events.days_to_fold set due_at = clock_timestamp()")
    claim = "select count(*) from events.claim_days(%s, '30 s', 1)"
    assert [fleet.db.execute(claim, (name,)).fetchone() for name in ("one", "two")] == [(1,), (0,)]
    fleet.db.execute("update events.days_to_fold set lease_until = clock_timestamp()")
    assert fleet.db.execute(claim, ("two",)).fetchone() == (1,)


def test_while_a_vehicle_is_folded_nobody_else_folds_it_or_changes_what_is_on_it(fleet: Fleet) -> None:
    fleet.mount(TRACKER, PLATE, LONG_AGO)
    fleet.mount(CAMERA, PLATE, LONG_AGO, device_class="camera")
    fleet.project()
    lock = "select * from events.lock_vehicles_of_days(%s, %s, '{0}')"
    with fleet.database.connect("worker") as one, fleet.database.connect("worker") as other, one.transaction():
        assert len(one.execute(lock, ([DAY], [TRACKER])).fetchall()) == 1
        other.execute("set lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute(lock, ([DAY], [CAMERA]))
        fleet.db.execute("set lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            fleet.db.execute("select state.refresh_identities(%s)", ([TRACKER],))


def test_several_workers_fold_what_one_would(fleet: Fleet) -> None:
    for number in range(6):
        fleet.mount(f"86999905000{number:04}", f"KDC {number:03}C", LONG_AGO)
        fleet.fixes(fix._replace(imei=f"86999905000{number:04}") for fix in WORK[: 60 + 10 * number])
    fleet.settle(workers=3)
    several = fleet.contents()
    fleet.db.execute("delete from state.trips")
    fleet.db.execute("delete from state.daily_rollups")
    fleet.db.execute("select events.mark_days()")
    fleet.fold()
    assert fleet.contents() == several
    assert len(fleet.day()) == 6


def test_coarse_fixes_are_no_part_of_a_day(fleet: Fleet) -> None:
    fleet.mount(TRACKER, PLATE, LONG_AGO)
    fleet.fixes(WORK)
    fleet.settle()
    before = fleet.contents()
    strays = [fix._replace(fixed_at=fix.fixed_at + timedelta(seconds=7), lat=fix.lat + 0.2) for fix in WORK[::5]]
    fleet.fixes(strays, quality="lbs")
    fleet.settle()
    assert fleet.contents() == before


def test_a_tracker_speaks_and_the_camera_beside_it_does_not(fleet: Fleet) -> None:
    fleet.mount(TRACKER, PLATE, LONG_AGO)
    fleet.mount(CAMERA, PLATE, LONG_AGO, device_class="camera")
    fleet.fixes(WORK)
    fleet.fixes(fix._replace(imei=CAMERA, lat=fix.lat + 0.003) for fix in Van("07:00").drive(60).end())
    fleet.settle()
    (day,) = fleet.day()
    assert (day["imeis"], day["distance_m"], day["flags"]) == ([TRACKER], 18_000, [])


def test_a_camera_speaks_for_a_tracker_that_is_silent_all_day(fleet: Fleet) -> None:
    fleet.mount(TRACKER, PLATE, LONG_AGO)
    fleet.mount(CAMERA, PLATE, LONG_AGO, device_class="camera")
    fleet.fixes(fix._replace(imei=CAMERA) for fix in WORK)
    fleet.fixes(fix._replace(fixed_at=fix.fixed_at + timedelta(days=1)) for fix in WORK)
    fleet.settle()
    assert [(row["imeis"], row["flags"]) for row in fleet.day()] == [([CAMERA], ["not_by_tracker"])]
    fleet.fixes(WORK[:30])
    fleet.settle()
    assert [(row["imeis"], row["flags"]) for row in fleet.day()] == [([TRACKER], [])]


def test_a_device_that_moves_to_another_vehicle_takes_its_day_along_from_that_moment(fleet: Fleet) -> None:
    fleet.mount(TRACKER, PLATE, LONG_AGO)
    fleet.fixes(WORK)
    fleet.settle()
    fleet.mount(TRACKER, "KDB 002B", at("08:55"))
    fleet.project()
    assert {day for day, _, _ in fleet.waiting()} >= {DAY}
    fleet.fold()
    first, second = fleet.day()
    assert [(first["plate"], first["distance_m"]), (second["plate"], second["distance_m"])] == [
        (PLATE, 12_000),
        ("KDB 002B", 6000),
    ]
    # And back: what was said was wrong.
    fleet.mount(TRACKER, PLATE, at("08:55"), stated_at=at("23:00"))
    fleet.settle()
    assert [(row["plate"], row["distance_m"]) for row in fleet.day()] == [(PLATE, 18_000)]


def test_a_device_that_leaves_the_fleet_leaves_the_days_that_it_made(fleet: Fleet) -> None:
    fleet.mount(TRACKER, PLATE, LONG_AGO)
    fleet.fixes(WORK)
    fleet.fixes(fix._replace(fixed_at=fix.fixed_at + timedelta(days=1)) for fix in WORK)
    fleet.settle()
    fleet.state(TRACKER, "decommissioned", at("00:00", TOMORROW))
    fleet.settle()
    assert len(fleet.day()) == 1
    assert fleet.day(TOMORROW) == []


def test_a_device_on_no_vehicle_has_days_of_its_own(fleet: Fleet) -> None:
    fleet.fixes(WORK)
    fleet.settle()
    (day,) = fleet.day()
    assert (day["plate"], day["distance_m"]) == (None, 18_000)
    fleet.mount(TRACKER, PLATE, LONG_AGO)
    fleet.settle()
    assert [(row["plate"], row["distance_m"]) for row in fleet.day()] == [(PLATE, 18_000)]


def test_trips_of_both_origins_are_seen_labelled(fleet: Fleet) -> None:
    fleet.mount(TRACKER, PLATE, LONG_AGO)
    fleet.fixes(WORK)
    data = {"origin": "mileage", "ended_at": at("08:31").isoformat(), "distance_m": 12_100}
    fleet.tell({"kind": "trip_reported", "imei": TRACKER, "occurred_at": at("08:10"), "data": data})
    fleet.settle()
    seen = fleet.db.execute(
        "select origin, distance_m, vehicle_id from state.v_trips order by 1, started_at"
    ).fetchall()
    assert [(origin, metres) for origin, metres, _ in seen] == [
        ("own", 12_000),
        ("own", 6000),
        ("vendor.mileage", 12_100),
    ]
    assert len({vehicle for _, _, vehicle in seen}) == 1


def test_a_day_that_cannot_be_folded_is_told_and_stops_no_other(fleet: Fleet) -> None:
    fleet.mount(TRACKER, PLATE, LONG_AGO)
    fleet.mount(CAMERA, "KDB 002B", LONG_AGO)
    fleet.fixes(WORK)
    fleet.fixes(fix._replace(imei=CAMERA) for fix in WORK)
    fleet.settle()
    fleet.db.execute("truncate state.daily_rollups")
    fleet.db.execute("update state.position_history set lat = 'NaN' where imei = %s", (TRACKER,))
    fleet.db.execute("select events.mark_days()")
    assert fleet.fold() == {f"{DAY} of device {TRACKER}": "NotNullViolation"}
    assert [row["plate"] for row in fleet.day()] == ["KDB 002B"]
    assert fleet.waiting() == [(DAY, TRACKER, 0)]


def test_the_same_fold_writes_beside_the_live_tables(fleet: Fleet) -> None:
    fleet.mount(TRACKER, PLATE, LONG_AGO)
    fleet.fixes(WORK)
    fleet.settle()
    with fleet.database.connect("owner") as owner:
        for table in VEHICLE_DAY_TABLES:
            owner.execute("select series.make_beside(%s, %s)", (table, table.replace("state.", "rebuild.")))
    asyncio.run(fold_beside(fleet))
    assert {name: rows for name, rows in fleet.contents().items() if name != "mounts"} == fleet.contents("rebuild")


def test_a_history_that_is_built_beside_marks_nothing(fleet: Fleet) -> None:
    fleet.fixes(WORK)
    with fleet.database.connect("owner") as owner:
        owner.execute("select series.make_beside('state.position_history', 'rebuild.position_history')")
        owner.execute("select state.project_position_history(0, 1000, 'rebuild.position_history')")
        assert owner.execute("select count(*) from rebuild.position_history").fetchone() == (len(WORK),)
    assert fleet.waiting() == []


def test_a_vehicles_day_is_read_by_index_however_long_the_history(fleet: Fleet) -> None:
    fleet.mount(TRACKER, PLATE, LONG_AGO)
    fleet.fixes(WORK)
    fleet.settle()
    fleet.db.execute(
        "insert into state.position_history (imei, fixed_at, lat, lon, quality, reupload, gate_at, source_rank,"
        " content_hash, raw_id, received_at) select '86' || mod(n, 40), %s + n * interval '3 s', 0, 0, 'gps', false,"
        " '-infinity', 1, 1, 1, now() from generate_series(1, 20000) n",
        (at("00:00"),),
    )
    fleet.db.execute("analyze state.position_history")
    scans = (
        "select sum(seq_scan), sum(idx_scan) from pg_stat_user_tables"
        " where relid in (select chunk from series.chunks('state.position_history'))"
    )
    fleet.db.execute("select pg_stat_force_next_flush()")
    before = fleet.db.execute(scans).fetchone()
    (vehicle,) = {row["vehicle_id"] for row in fleet.day()}
    assert len(fleet.db.execute("select * from state.day_fixes(%s, %s)", (vehicle, DAY)).fetchall()) == len(WORK)
    fleet.db.execute("select pg_stat_force_next_flush()")
    after = fleet.db.execute(scans).fetchone()
    assert before is not None
    assert after is not None
    assert (after[0] - before[0], after[1] - before[1]) == (0, 2)


async def fold_beside(fleet: Fleet) -> None:
    async with await connect(fleet.database.url("owner"), "test-rebuild") as owner:
        days = await (await owner.execute("select vehicle_id, day from state.days_of_history()")).fetchall()
        assert len(days) == 1
        await fold_days(owner, "rebuild", days)


def test_the_map_of_an_instant_leaves_teleports_out_unless_asked_what_was_known_then(fleet: Fleet) -> None:
    fleet.mount(TRACKER, PLATE, LONG_AGO)
    van = Van("08:00").drive(20).end()
    stray = van[20]._replace(lat=van[20].lat + 1)
    fleet.fixes([*van[:20], stray, *van[21:]])
    fleet.settle()
    assert place(fleet, stray.fixed_at) == pytest.approx(van[19].lat)
    assert place(fleet, van[21].fixed_at) == pytest.approx(van[21].lat)
    assert place(fleet, stray.fixed_at, known_at=clock.now()) == pytest.approx(stray.lat)


def place(fleet: Fleet, instant: datetime, known_at: datetime | None = None) -> float:
    """The latitude at which the only vehicle is shown."""
    ((payload,),) = fleet.db.execute("select serve.fn_fleet_at(%s, %s)", (instant, known_at)).fetchall()
    (feature,) = payload["geojson"]["features"]
    return float(feature["geometry"]["coordinates"][1])
