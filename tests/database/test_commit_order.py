"""P3: number order is commit order, so that a reader bounded by numbers passes over nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psycopg
import pytest
from psycopg.types.json import Jsonb

from database.log_rows import Connection, append, claim
from fixtures.database import Database
from fixtures.roles import wait_until

FINISH = "select events.finish_claim(%s, %s, %s, '[]')"


def waits_for_advisory_lock(database: Database, connection: Connection) -> bool:
    """Is the connection's statement held up by somebody's advisory lock?"""
    return bool(
        database.rows(
            "select from pg_stat_activity where pid = %s and wait_event_type = 'Lock' and wait_event = 'advisory'",
            connection.info.backend_pid,
        )
    )


def test_an_append_waits_for_the_one_before_it_and_no_reader_skips_either(database: Database) -> None:
    with (
        database.connect("push") as first,
        database.connect("push") as second,
        database.connect("worker") as reader,
        ThreadPoolExecutor(1) as thread,
    ):
        first.autocommit = second.autocommit = False
        (first_id,) = append(first, b"first")
        later = thread.submit(append, second, b"second")
        wait_until(lambda: waits_for_advisory_lock(database, second), "the second append waits")

        assert claim(reader, "w") is None, "nothing is committed yet"
        first.commit()
        (second_id,) = later.result()
        assert second_id > first_id
        claimed = claim(reader, "w")
        assert claimed is not None
        assert claimed[1:] == (0, first_id), "the open append is not handed out"
        assert claim(reader, "w") is None
        second.commit()
        claimed = claim(reader, "w")
        assert claimed is not None
        assert claimed[1:] == (first_id, second_id)


def test_an_append_that_is_rolled_back_leaves_a_gap_and_costs_nobody(database: Database) -> None:
    with database.connect("push") as push, database.connect("worker") as reader:
        with push.transaction(force_rollback=True):
            (lost,) = append(push, b"lost")
        (kept,) = append(push, b"kept")
        assert kept > lost
        claimed = claim(reader, "w")
        assert claimed is not None
        assert claimed[1:] == (0, kept)


def test_facts_wait_for_the_facts_before_them_and_no_projector_skips_either(database: Database) -> None:
    with database.connect("push") as push:
        append(push, b"1")
        append(push, b"2")
    with (
        database.connect("worker") as first,
        database.connect("worker") as second,
        database.connect("worker") as reader,
        ThreadPoolExecutor(1) as thread,
    ):
        claims = [claim(first, "first", 1), claim(second, "second", 1)]
        first.autocommit = second.autocommit = False

        def finish(db: Connection, worker: str, of: tuple[int, int, int] | None) -> None:
            assert of is not None
            heartbeat = [of[2], 0, "heartbeat", "869999050001018", datetime.now(UTC).isoformat(), {}]
            db.execute(FINISH, (of[0], worker, Jsonb([heartbeat])))

        finish(second, "second", claims[1])
        later = thread.submit(finish, first, "first", claims[0])
        wait_until(lambda: waits_for_advisory_lock(database, first), "the other facts wait")

        def advance() -> int:
            row = reader.execute("select events.advance('heartbeats', 100)").fetchone()
            assert row is not None
            return int(row[0])

        assert advance() == 0
        second.commit()
        later.result()
        assert advance() == 1
        first.commit()
        assert advance() == 1
        assert database.value("select count(*) from state.heartbeats") == 2
        assert database.value("select count(*) from events.claims") == 0


def test_a_range_whose_lease_ran_out_is_handed_out_again_and_its_first_holder_is_fenced_out(
    database: Database,
) -> None:
    with database.connect("push") as push, database.connect("worker") as db:
        append(push, b"1")
        first = claim(db, "first")
        assert first is not None
        assert claim(db, "second") is None
        with database.connect("superuser") as clock:
            clock.execute("update events.claims set lease_until = now() - interval '1 s'")
        assert claim(db, "second") == first
        with pytest.raises(psycopg.errors.LockNotAvailable, match="not held by first"):
            db.execute(FINISH, (first[0], "first", Jsonb([])))
        db.execute(FINISH, (first[0], "second", Jsonb([])))
        assert claim(db, "third") is None


def test_of_two_workers_one_has_a_projector_and_the_other_goes_on(database: Database) -> None:
    with database.connect("worker") as one, database.connect("worker") as other:
        one.autocommit = False
        assert one.execute("select events.advance('alarms', 10)").fetchone() == (0,)
        assert other.execute("select events.advance('alarms', 10)").fetchone() == (-1,)
        one.commit()
        assert other.execute("select events.advance('alarms', 10)").fetchone() == (0,)


def test_a_claim_is_bounded_in_rows_and_bytes_but_never_empty(database: Database) -> None:
    with database.connect("push") as push, database.connect("worker") as db:
        ids = append(push, b"x" * 3_000_000, b"a", b"b", b"c")
        ranges = []
        while claimed := claim(db, "w", 2):
            ranges.append(claimed[1:])
        assert ranges == [(0, ids[0]), (ids[0], ids[2]), (ids[2], ids[3])]
