"""What a parser or a projector does for a few rows does not grow with the days that the log has."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from database.facts import NOON
from database.log_rows import Connection, append, store_facts
from fixtures.database import Database
from fleet.pipeline.project_stage import PROJECTORS

DAYS = 40
CHUNKS_TOUCHED = """
    select count(*) from pg_locks join series.chunks('events.parsed') on chunk = relation
    where pid = pg_backend_pid()
"""
OLD_RAW_CHUNKS_TOUCHED = """
    select count(*) from pg_locks join series.chunks('events.raw') on chunk = relation
    where pid = pg_backend_pid() and upper_bound <= now()
"""
READ_RAW = "select id from events.raw where id > %s and id <= %s and received_at >= %s"
FINISH = "select events.finish_claim(%s, 'w', %s, '[]')"
KINDS: dict[str, dict[str, Any]] = {
    "position_fix": {"lat": -1.25, "lon": 36.5, "quality": "gps"},
    "heartbeat": {"ignition": True},
    "alarm": {"class": "hub0", "origin": "push", "code": "1"},
    "obd_reading": {"origin": "push", "engine_rpm": 900},
    "device_listed": {"plate": "KDA 001A", "account": "demo"},
    "listing_completed": {"targets": ["demo"], "count": 1, "run_id": "1"},
    "vehicle_listed": {"plate": "KDA 001A", "driver": "Amina"},
}


def fact(raw_id: int, kind: str = "heartbeat", received_at: datetime = NOON) -> dict[str, Any]:
    """A fact of the one device."""
    return {
        "raw_id": raw_id, "received_at": received_at, "kind": kind, "source": "jimi.push", "imei": "869999050001018",
        "occurred_at": NOON + timedelta(seconds=raw_id), "data": KINDS[kind],
    }  # fmt: skip


def value(db: Connection, query: str, *parameters: Any) -> Any:
    row = db.execute(query.encode(), parameters).fetchone()
    assert row is not None
    return row[0]


def calls_until_drained(db: Connection, projector: str, most: int) -> int:
    calls = 0
    while value(db, "select events.advance(%s, %s)", projector, most):
        calls += 1
    return calls


@pytest.mark.parametrize("projector", PROJECTORS)
def test_a_projector_touches_the_day_of_its_facts_alone(standing_database: Database, projector: str) -> None:
    with standing_database.connect("superuser") as db:
        if not value(db, "select events.newest_fact()"):
            db.execute("select series.ensure('events.parsed', %s, %s)", (NOON - timedelta(days=DAYS), NOON))
            store_facts(db, [fact(number, kind) for number, kind in enumerate(KINDS)])
        with db.transaction():
            assert value(db, "select events.advance(%s, 5000)", projector) == len(KINDS)
            assert value(db, CHUNKS_TOUCHED) == 1


def test_a_parser_touches_the_days_since_the_last_row_alone(database: Database) -> None:
    with database.connect("superuser") as db:
        db.execute("select series.ensure('events.raw', now() - %s, now())", (timedelta(days=DAYS),))
        append(db, b"the first is looked for everywhere")
        assert claimed(db) is not None
        (raw_id,) = append(db, b"the second")
        with db.transaction():
            claim_id, after_id, up_to_id, since = claimed(db)
            assert db.execute(READ_RAW.encode(), (after_id, up_to_id, since)).fetchall() == [(raw_id,)]
            db.execute(FINISH, (claim_id, Jsonb([[raw_id, 0, "device_seen", "1", NOON.isoformat(), {}]])))
            assert value(db, OLD_RAW_CHUNKS_TOUCHED) == 0
        assert value(db, "select count(*) from events.parsed") == 1


def test_rows_that_came_while_the_clock_was_set_back_are_parsed_all_the_same(database: Database) -> None:
    with database.connect("superuser") as db:
        append(db, b"before")
        assert claimed(db) is not None
        first, second = append(db, b"set back", b"and right again")
        db.execute("set session_replication_role = replica")
        db.execute("update events.raw set received_at = received_at - interval '1 hour' where id = %s", (first,))
        _, after_id, up_to_id, since = claimed(db)
        assert (after_id, up_to_id) == (first - 1, second)
        assert db.execute(READ_RAW.encode(), (after_id, up_to_id, since)).fetchall() == [(first,), (second,)]
        (third,) = append(db, b"set back for good")
        db.execute("update events.raw set received_at = received_at - interval '1 hour' where id = %s", (third,))
        _, after_id, up_to_id, since = claimed(db)
        assert db.execute(READ_RAW.encode(), (after_id, up_to_id, since)).fetchall() == [(third,)]


def claimed(db: Connection) -> Any:
    """(claim, after, up to, since) of the next range to parse."""
    claim = "select claim_id, after_id, up_to_id, since from events.claim_raw('w', 1::smallint, 500, 2000000, '1 min')"
    return db.execute(claim).fetchone()


def test_what_waits_is_told_without_the_log(standing_database: Database) -> None:
    with standing_database.connect("superuser") as db, db.transaction():
        db.execute("select * from events.lag()")
        assert value(db, CHUNKS_TOUCHED) == 0


def test_facts_on_both_sides_of_a_midnight_are_folded_together(database: Database) -> None:
    with database.connect("superuser") as db:
        store_facts(db, [fact(n, received_at=NOON + timedelta(days=n % 3)) for n in range(30)])
        assert calls_until_drained(db, "heartbeats", 5000) == 1
        assert value(db, "select count(*) from state.heartbeats") == 30


def test_numbers_without_facts_are_passed(database: Database) -> None:
    with database.connect("superuser") as db:
        store_facts(db, [fact(1)])
        db.execute("select setval('events.parsed_id', 1000000)")
        store_facts(db, [fact(2)])
        assert calls_until_drained(db, "heartbeats", 5000) < 10
        assert value(db, "select count(*) from state.heartbeats") == 2
        assert value(db, "select waiting from events.lag() where stage = 'heartbeats'") == 0
        assert value(db, "select count(*) from events.set_aside") == 0


def test_what_an_older_function_wrote_during_a_migration_is_folded(database: Database) -> None:
    with database.connect("superuser") as db:
        store_facts(db, [fact(n) for n in range(3)])
        db.execute("update events.parsed_spans set last_id = 1")
        assert calls_until_drained(db, "heartbeats", 5000) == 1
        db.execute("select events.note_newest_facts()")
        assert calls_until_drained(db, "heartbeats", 5000) == 1
        assert value(db, "select count(*) from state.heartbeats") == 3
