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


def test_a_damaged_file_ends_a_replay_before_anything_is_changed(aged: Scene, folder: Path) -> None:
    before = held(aged.database)
    path = sorted(folder.rglob("*.parquet"))[0]
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    code, _, trouble = aged.apply("fleet", "replay", "position_history", *RANGE, "--archive")
    assert code == 1
    assert "is not the file that was written" in trouble
    assert held(aged.database) == before
