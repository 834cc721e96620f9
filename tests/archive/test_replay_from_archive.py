"""State is made anew from what has left the log: the archive gives the same rows as the log did."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import orjson
import pytest

from archive.scene import OLD, Scene, end, keep_four_days
from database.folds import contents
from database.old_rows import DAY, TODAY
from fixtures.database import Database
from fixtures.roles import wait_until
from fleet.migrate import connect
from fleet.replay.part import Part
from fleet.replay.vehicle_days import replay_days
from replay.log_of_all import fold_all
from replay.log_of_bodies import FIRST, IMEIS, parse_as

TABLES = ("state.position_history", "state.heartbeats", "state.live_positions", "state.devices")
FROM, TO = OLD + timedelta(hours=1), OLD + timedelta(hours=3)
RANGE = ("--from", FROM.isoformat(), "--to", TO.isoformat())


def receive_day(database: Database, day: datetime) -> None:
    """A fix and a heartbeat of three devices every ten minutes for six hours, received half a minute later."""
    with database.connect() as owner:
        for table in ("events.raw", "events.parsed", "events.rejected"):
            owner.execute("select series.ensure(%s, %s, %s)", (table, day, day))
        for number in range(36):
            at = day + number * timedelta(minutes=10)
            told = f"{at:%Y-%m-%d %H:%M:%S}"
            mine = [IMEIS[(number + n) % 5] for n in range(3)]
            place = {"gpsTime": told, "gateTime": told, "lat": -1.28, "lng": 36.8 + number / 1000, "gpsSpeed": number}
            bodies = {
                "pushgps": [{"deviceImei": imei, **place} for imei in mine],
                "pushhb": [{"deviceImei": imei, "gateTime": told, "powerLevel": number} for imei in mine],
            }
            for topic, items in bodies.items():
                owner.execute(
                    "insert into events.raw select nextval('events.raw_id'), %s, 'jimi.push', account_id, %s, '', %s,"
                    " '{}', 'test' from domain.accounts where code = 'platform'",
                    (at + timedelta(seconds=30), topic,
                     f"token=*&data_list={quote_plus(orjson.dumps(items).decode())}".encode()),
                )  # fmt: skip


def held(database: Database) -> dict[str, Any]:
    with database.connect("superuser") as db:
        return {table: rows for table, rows in contents(db, provenance=True).items() if table in TABLES}


@pytest.fixture
def aged(database: Database, folder: Path) -> Iterator[Scene]:
    """A log whose older days have gone to the archive, and the state that was made of it before."""
    for day in (OLD, OLD + DAY, TODAY - DAY):
        receive_day(database, day)
    parse_as(database, FIRST)
    fold_all(database)
    with connect(database.url("owner")) as owner:
        replay_days(owner, Part())
    keep_four_days(database)
    scene = Scene(database, {"ARCHIVE_URL": f"file://{folder}"})
    code, _, trouble = scene.apply()
    assert (code, trouble) == (0, "")
    assert database.value("select count(*) from events.archives") == 2
    assert database.value("select min(received_at) from events.parsed") > TODAY - 2 * DAY
    yield scene
    end(scene)


def test_a_range_that_has_left_the_log_is_made_anew_from_the_archive(aged: Scene) -> None:
    before = held(aged.database)
    code, _, trouble = aged.apply("fleet", "replay", "position_history", *RANGE)
    assert code == 2, "without the archive it is refused"
    assert "--archive" in trouble
    with aged.database.connect() as db:
        db.execute("update state.position_history set lat = 0 where fixed_at >= %s and fixed_at < %s", (FROM, TO))
    assert held(aged.database) != before

    code, told, trouble = aged.apply("fleet", "replay", "position_history", *RANGE, "--archive")

    assert code == 0, trouble
    assert "36 rows in the place of 36" in told
    assert held(aged.database) == before
    assert aged.database.value("select count(*) from pg_class where relnamespace = 'rebuild'::regnamespace") == 0


def test_everything_is_made_anew_from_archive_and_log_together(aged: Scene) -> None:
    before = held(aged.database)
    assert all(before.values())
    with aged.database.connect() as db:
        for table in TABLES:
            db.execute(f"delete from {table}".encode())
    code, _, trouble = aged.apply("fleet", "replay", "all", "--archive")
    assert code == 0, trouble
    assert held(aged.database) == before


def test_state_is_held_against_archive_and_log_together(aged: Scene) -> None:
    assert aged.apply("fleet", "state", "verify", "--archive")[0] == 0
    with aged.database.connect() as db:
        db.execute("update state.heartbeats set battery_pct = 1 where beat_at < %s", (OLD + DAY,))
    code, told, _ = aged.apply("fleet", "state", "verify", "heartbeats", "--archive")
    assert code == 1
    assert "state.heartbeats" in told


def test_facts_that_have_left_while_their_raw_rows_are_there_are_parsed_again(database: Database, folder: Path) -> None:
    receive_day(database, OLD)
    parse_as(database, FIRST)
    fold_all(database)
    before = held(database)
    keep_four_days(database)
    scene = Scene(database, {"ARCHIVE_URL": f"file://{folder}"})
    with database.connect() as owner:
        owner.execute("update series.retention set keep = '40 days' where table_name = 'events.raw'")
        assert owner.execute("select series.drop_next('events.parsed')").fetchone() != (None,)
        owner.execute("update state.position_history set lat = 0")
    assert scene.apply("fleet", "replay", "position_history", *RANGE, "--archive")[0] == 0
    with database.connect() as owner:
        owner.execute("delete from state.position_history where lat = 0")
    rows = [row for row in before["state.position_history"] if FROM.isoformat() <= row["fixed_at"] < TO.isoformat()]
    assert held(database)["state.position_history"] == rows
    end(scene)


def killed_before_the_swap(scene: Scene) -> None:
    """A replay of the history that has folded everything, and waits for a reader when it is killed."""
    database = scene.database
    with database.connect("superuser") as reader, reader.transaction():
        reader.execute("select count(*) from state.position_history")
        process = scene.launch("fleet", "replay", "position_history", "--archive")
        built = (
            "select from events.rebuilds r join events.cursors c using (position)"
            " where c.projector = 'position_history' and r.table_name = 'state.position_history'"
        )
        wait_until(lambda: bool(database.rows(built)), "all is folded", 60)
        process.kill()
        process.wait()
        running = (
            "select from pg_stat_activity where application_name = 'fleet-replay' and datname = current_database()"
        )
        wait_until(lambda: not database.rows(running), "its session has ended")


def test_a_replay_that_was_killed_reads_nothing_back_twice_and_goes_on(aged: Scene) -> None:
    before = held(aged.database)
    killed_before_the_swap(aged)
    begun_at = aged.database.rows("select table_name, started_at from events.rebuilds order by 1")
    assert [name for name, _ in begun_at] == ["rebuild.archived_facts", "state.position_history"]
    with aged.database.connect() as owner:
        begin = "select events.begin_rebuild('state.position_history', 'position_history', 'rebuild.every_fact')"
        (position,) = owner.execute(begin).fetchone() or (None,)
    cursor = "select position from events.cursors where projector = 'position_history'"
    assert position == aged.database.value(cursor), "nothing is left to be folded"
    assert aged.database.rows("select table_name, started_at from events.rebuilds order by 1") == begun_at

    code, _, trouble = aged.apply("fleet", "replay", "position_history", "--archive")

    assert (code, "read back before" in trouble) == (0, True), trouble
    assert held(aged.database) == before
    assert aged.database.rows("select from events.rebuilds") == []


@pytest.mark.parametrize(
    "since",
    [
        "truncate rebuild.archived_facts",  # what a crash of the server does to an unlogged table
        "insert into events.erasures (raw_id, received_at, bytes, body_sha256, reason, erased_by)"
        " values (1, now(), 1, '', 'a test', 'a test')",
        "select series.move_horizon('events.parsed', now() - interval '1 minute')",
    ],
)
def test_what_was_read_back_is_read_again_where_it_may_be_something_else(aged: Scene, since: str) -> None:
    before = held(aged.database)
    killed_before_the_swap(aged)
    with aged.database.connect("superuser") as db:
        db.execute(since.encode())
    code, _, trouble = aged.apply("fleet", "replay", "position_history", "--archive")
    assert (code, "facts read back" in trouble) == (0, True), trouble
    if "horizon" not in since:
        assert held(aged.database) == before


def test_a_damaged_file_ends_a_replay_before_anything_is_changed(aged: Scene, folder: Path) -> None:
    before = held(aged.database)
    path = sorted(folder.rglob("*.parquet"))[0]
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    code, _, trouble = aged.apply("fleet", "replay", "position_history", *RANGE, "--archive")
    assert code == 1
    assert "is not the file that was written" in trouble
    assert aged.database.value("select to_regclass('rebuild.archived_facts') is null")
    assert held(aged.database) == before
