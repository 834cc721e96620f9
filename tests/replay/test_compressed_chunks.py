"""Compressed chunks are folded into, read, made anew and guarded like others. TimescaleDB alone has them."""

from datetime import timedelta

import psycopg
import pytest

from database.log_rows import store_facts
from database.old_rows import declare
from fixtures.database import Database, administer
from fleet.local.server import find_server
from replay.conftest import Fleet
from replay.log_of_all import IMEIS, NOON, facts, fold_all

pytestmark = pytest.mark.timescale

AGE = timedelta(days=30)
COMPRESSED = ("events.parsed", "state.position_history", "state.heartbeats", "state.alarms")
DEVICE, AT = IMEIS[0], NOON - AGE + timedelta(hours=30)
QUESTIONS: tuple[tuple[str, tuple[object, ...]], ...] = (
    ("select serve.fn_fleet_at(%s)::text", (AT,)),
    ("select serve.fn_fleet_at(%s, %s)::text", (AT, AT - timedelta(hours=48))),
    ("select serve.fn_events_beside(%s, %s, %s)::text", (DEVICE, AT, AT)),
    ("select serve.rows_of_fact(f)::text from events.parsed f where imei = %s order by id", (DEVICE,)),
    ("select f::text from state.days_of_history() d, state.day_fixes(vehicle_id, day) f order by 1", ()),
    ("select f::text from events.active_facts f order by id", ()),
    ("select series.oldest('events.parsed')", ()),
)
PACKED = "select bool_and(series.is_packed(chunk)) from series.chunks(%s)"


@pytest.fixture(autouse=True)
def server() -> None:
    """Only where there are hypertables."""
    if not find_server().has_timescale:
        pytest.skip("TimescaleDB is not installed on this server")


@pytest.fixture
def old_log(database: Database) -> Database:
    """A month-old log, folded, where a statement may unpack one row unless it says otherwise."""
    administer(
        database.cluster,
        "alter database {} set timescaledb.max_tuples_decompressed_per_dml_transaction = 1",
        database.name,
    )
    receive(database, 800)
    return database


def receive(database: Database, count: int, seed: int = 7, first_raw_id: int = 1) -> None:
    """Facts of a month ago, folded."""
    with database.connect("superuser") as db:
        store_facts(
            db,
            [
                fact | {"occurred_at": fact["occurred_at"] - AGE, "received_at": fact["received_at"] - AGE}
                for fact in facts(count, seed, first_raw_id)
            ],
        )
    fold_all(database)


def spoil_and_compress(database: Database) -> None:
    """Every row of the history is wrong."""
    with database.connect() as owner:
        owner.execute("update state.position_history set lat = 0")
    compress(database)


def compress(database: Database) -> None:
    """All chunks, as cron does it."""
    for table in COMPRESSED:
        declare(database, table, "100 days", compress_after="4 days")
        with database.connect("cron") as cron:
            while cron.execute("select series.compress_next(%s)", (table,)).fetchone() != (None,):
                pass
        assert database.value(PACKED, table), table


def test_what_comes_late_is_folded_into_compressed_chunks_and_packed_with_the_next_run(
    old_log: Database, fleet: Fleet
) -> None:
    compress(old_log)
    before = old_log.value("select count(*) from state.position_history")
    receive(old_log, 800, seed=8, first_raw_id=10_001)
    assert old_log.value("select count(*) from state.position_history") > before
    assert not any(old_log.value(PACKED, table) for table in COMPRESSED)
    assert fleet("state", "verify").returncode == 0
    compress(old_log)
    assert fleet("state", "verify").returncode == 0


def test_what_is_stated_again_changes_nothing_in_a_compressed_chunk(old_log: Database) -> None:
    rows = "select md5(string_agg(h::text, '' order by imei, fixed_at)) from state.position_history h"
    before = old_log.value(rows)
    compress(old_log)
    with old_log.connect() as owner:
        owner.execute("update events.cursors set position = 0")
    fold_all(old_log)
    assert old_log.value(rows) == before


def test_a_part_that_lies_in_compressed_chunks_is_made_anew(old_log: Database, fleet: Fleet) -> None:
    spoil_and_compress(old_log)
    day = (NOON - AGE, NOON - AGE + timedelta(days=1))
    done = fleet("replay", "position_history", "--from", day[0].isoformat(), "--to", day[1].isoformat())
    assert done.returncode == 0, done.stderr
    wrong = "select count(*) filter (where {0}), count(*) from state.position_history where lat = 0"
    ((within, beyond),) = old_log.rows(wrong.format("fixed_at >= %s and fixed_at < %s"), *day)
    assert within == 0 < beyond


def test_a_compressed_table_is_made_anew_as_a_whole_and_compressed_again(old_log: Database, fleet: Fleet) -> None:
    spoil_and_compress(old_log)
    done = fleet("replay", "position_history")
    assert done.returncode == 0, done.stderr
    assert fleet("state", "verify", "position_history").returncode == 0
    compress(old_log)
    assert fleet("state", "verify", "position_history").returncode == 0


def test_a_fold_of_compressed_facts_reads_their_chunk_alone(old_log: Database) -> None:
    first, last = NOON - AGE - timedelta(days=1), NOON - AGE + timedelta(days=1)
    with old_log.connect("superuser") as db:
        store_facts(db, [fact | {"received_at": last} for fact in facts(1, first_raw_id=20_001)])
    compress(old_log)
    chunks = [chunk for (chunk,) in old_log.rows("select chunk::text from series.chunks('events.parsed') order by 1")]
    of = "select series.chunk_of('events.parsed', %s, %s)::text"
    assert [old_log.value(of, at, at) for at in (first, last)] == chunks
    assert old_log.value(of, first, last) is None


def test_every_answer_about_the_past_is_the_same_of_compressed_chunks(old_log: Database) -> None:
    before = [old_log.rows(query, *values) for query, values in QUESTIONS]
    assert all(before)
    compress(old_log)
    for (query, values), answer in zip(QUESTIONS, before, strict=True):
        assert old_log.rows(query, *values) == answer, query


@pytest.mark.parametrize("login", ["owner", "superuser"])
def test_what_a_compressed_chunk_of_the_log_is_stored_in_refuses_changes_too(old_log: Database, login: str) -> None:
    compress(old_log)
    stored = old_log.rows(
        "select format('%%I.%%I', packed.schema_name, packed.table_name) from _timescaledb_catalog.chunk packed"
        " join _timescaledb_catalog.chunk chunk on chunk.compressed_chunk_id = packed.id"
        " where format('%%I.%%I', chunk.schema_name, chunk.table_name)::regclass"
        " in (select c.chunk from series.chunks('events.parsed') c)"
    )
    assert stored
    with old_log.connect(login) as db:
        for (table,) in stored:
            for statement in (f"delete from {table}", f"update {table} set imei = ''", f"truncate {table}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    db.execute(statement)
