"""Everything that grows is declared, and leaves when it is due: whole chunks or bounded batches, never too early."""

from collections.abc import Iterator

import psycopg
import pytest

from database.log_rows import Connection
from database.old_rows import DAY, TODAY, declare, receive
from fixtures.database import Database
from fleet.config import DeviceTimeSettings
from fleet.local.server import find_server

OLD_FIX = (
    "insert into state.position_history (imei, fixed_at, lat, lon, quality, reupload, gate_at, source_rank,"
    " content_hash, raw_id, received_at) values ('1', %s, 0, 0, 'gps', false, now(), 1, 1, 1, now())"
)
TABLES = """
    select format('%%s.%%s', nspname, relname) from pg_class join pg_namespace n on n.oid = relnamespace
    where relkind in ('r', 'p') and not relispartition and nspname !~ '^(pg_|_timescaledb|information_schema$)'
      and not exists (select from pg_depend
                      where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype = 'e')
      and nspname not in ('rebuild', 'scratch')  -- copies of declared tables: `fleet rebuilds`
      and relname <> 'schema_migrations'         -- dbmate's, a row a migration
"""


@pytest.fixture
def cron(database: Database) -> Iterator[Connection]:
    """What applies retention in production."""
    with database.connect("cron") as db:
        yield db


def drop_all(db: Connection, table: str) -> list[str]:
    """Every chunk that goes."""
    return [chunk for (chunk,) in iter(lambda: db.execute("select series.drop_next(%s)", (table,)).fetchone(), (None,))]


def report(db: Connection, table: str) -> dict[str, object]:
    """What is told of a table."""
    cursor = db.execute("select * from series.retention_report() where table_name = %s", (table,))
    (row,) = cursor.fetchall()
    return dict(zip([column.name for column in cursor.description or ()], row, strict=True))


def test_every_table_of_the_platform_is_kept_for_a_time_or_says_why_it_cannot_grow(database: Database) -> None:
    tables = {name for (name,) in database.rows(TABLES)}
    assert len(tables) > 60
    declared = dict(database.rows("select table_name, coalesce(keep::text, bounded_by) from series.retention"))
    assert tables - declared.keys() == set(), "declare them in series.retention"
    assert declared.keys() - tables == set(), "they are no tables any more"
    assert all(declared.values())


def test_what_is_older_than_positions_are_kept_is_refused_by_default(database: Database) -> None:
    kept = "select keep from series.retention where table_name = 'state.position_history'"
    assert DeviceTimeSettings().max_device_age == database.value(kept)


def test_a_place_that_nobody_has_asked_about_for_long_leaves_and_one_that_is_visited_stays(
    database: Database, cron: Connection
) -> None:
    with database.connect() as owner:
        owner.execute("insert into state.geocoded_positions (cell, address, precision, source, asked_at, last_asked_at)"
                      " select days, 'Ngong Road', 'street', 'nominatim', now() - interval '900 days',"
                      " now() - days * interval '1 day' from unnest(array[1, 799, 801, 900]) days")  # fmt: skip
    assert cron.execute("select series.delete_next('state.geocoded_positions', 100)").fetchone() == (2,)
    assert database.rows("select cell from state.geocoded_positions order by 1") == [(1,), (799,)]
    longest = "select max(geo.good_for(known)) from unnest(enum_range(null::geo.address_precision)) known"
    kept = "select keep from series.retention where table_name = 'state.geocoded_positions'"
    assert database.value(longest) < database.value(kept), "where vehicles stand is asked again before it leaves"


def test_a_declared_table_has_an_age_to_go_by(database: Database) -> None:
    for table, age in database.rows("select table_name, time_column from series.retention where keep is not null"):
        if not database.value("select to_regclass(%s) is not null", table):
            continue
        series = database.rows("select time_column from series.catalog where table_name = %s", table)
        assert (age is None) == bool(series), table
        column = age or series[0][0]
        assert database.rows(
            "select from pg_attribute where attrelid = %s::regclass and attname = %s", table, column
        ), table


def test_every_series_is_declared_as_one_that_ends(database: Database) -> None:
    assert not database.rows(
        "select table_name from series.catalog join series.retention using (table_name) where keep is null"
    )


def test_whole_chunks_leave_when_they_are_due_and_not_a_row_that_is_not(database: Database, cron: Connection) -> None:
    receive(database, TODAY - 9 * DAY, TODAY - 8 * DAY, TODAY - 3 * DAY, TODAY)
    declare(database, "events.parsed", "4 days")
    before = report(cron, "events.parsed")
    assert (before["due"], before["oldest"], before["kept_from"]) == (2, TODAY - 9 * DAY, None)

    assert len(drop_all(cron, "events.parsed")) == 2

    kept = database.rows("select received_at from events.parsed order by 1")
    assert kept == [(TODAY - 3 * DAY,), (TODAY,)]
    assert report(cron, "events.parsed")["due"] == 0
    assert report(cron, "events.parsed")["kept_from"] == TODAY - 7 * DAY


def test_a_row_that_comes_after_its_chunk_has_gone_finds_a_place_and_goes_with_the_next(
    database: Database, cron: Connection
) -> None:
    declare(database, "state.heartbeats", "50 days")
    late = "insert into state.heartbeats values ('1', %s, true, 1, 1, true, 1, 1, 1, 1, now())"
    with database.connect() as owner:
        for age in (90, 45):
            owner.execute(late.encode(), (TODAY - age * DAY,))
        assert drop_all(cron, "state.heartbeats")
        owner.execute(late.encode(), (TODAY - 90 * DAY,))
        owner.execute("select series.ensure_all(now())")
        assert drop_all(cron, "state.heartbeats") == []
        declare(database, "state.heartbeats", "30 days")
        assert drop_all(cron, "state.heartbeats")
    assert database.value("select count(*) from state.heartbeats") == 0


@pytest.mark.parametrize("table", ["events.raw", "events.parsed"])
def test_what_is_not_folded_by_every_projector_stays(database: Database, cron: Connection, table: str) -> None:
    receive(database, TODAY - 9 * DAY, TODAY - 8 * DAY)
    declare(database, table, "4 days", archive=False)
    with database.connect() as owner:
        owner.execute("update events.cursors set position = position - 1 where projector = 'alarms'")
    assert len(drop_all(cron, table)) == 1, "the second day is not folded"
    assert report(cron, table)["held"] == "its facts are not folded by alarms"


def test_what_is_not_parsed_stays(database: Database, cron: Connection) -> None:
    (raw_id,) = receive(database, TODAY - 9 * DAY, parsed=False)
    declare(database, "events.raw", "4 days", archive=False)
    assert drop_all(cron, "events.raw") == []
    assert report(cron, "events.raw")["held"] == "it is not wholly parsed"
    with database.connect() as owner:
        owner.execute("update events.frontiers set handed_out = %s", (raw_id,))
        owner.execute("insert into events.claims (stage, after_id, up_to_id, parser_version, worker, lease_until)"
                      " values ('parse', %s, %s, 1, 'slow', now())", (raw_id - 1, raw_id))  # fmt: skip
    assert drop_all(cron, "events.raw") == [], "somebody is parsing it"


def test_the_log_stays_as_long_as_it_is_not_archived(database: Database, cron: Connection) -> None:
    receive(database, TODAY - 9 * DAY)
    declare(database, "events.raw", "4 days")
    assert drop_all(cron, "events.raw") == []
    assert report(cron, "events.raw")["held"] == "it is not archived"


def test_old_rows_of_a_plain_table_leave_in_batches(database: Database, cron: Connection) -> None:
    with database.connect() as owner:
        owner.execute("insert into auth.access_log (at, action, outcome) select now() - n * interval '1 day', 'x', 'ok'"
                      " from generate_series(0, 499) n")  # fmt: skip
    taken = [cron.execute("select series.delete_next('auth.access_log', 40)").fetchone() for _ in range(4)]
    assert taken == [(40,), (40,), (20,), (0,)]
    assert database.value("select count(*) from auth.access_log") == 400
    assert database.value("select now() - series.kept_from('auth.access_log') > interval '400 days'")


def test_the_ledger_outlives_the_rows_that_it_speaks_of(database: Database, cron: Connection) -> None:
    receive(database, TODAY - 9 * DAY)
    for table in ("events.raw", "events.parsed", "events.ledger"):
        declare(database, table, "4 days", archive=False)
    with database.connect() as owner:
        owner.execute("insert into events.ledger (parser_version, after_id, up_to_id, action, at)"
                      " values (1, 0, 1, 'applied', now() - interval '9 days')")  # fmt: skip
    delete = "select series.delete_next('events.ledger', 100)"
    drop_all(cron, "events.raw")
    assert cron.execute(delete).fetchone() == (0,), "its facts are there"
    drop_all(cron, "events.parsed")
    assert cron.execute(delete).fetchone() == (1,)


def test_the_ledger_is_append_only_for_everybody_else(database: Database) -> None:
    with database.connect() as owner:
        owner.execute(
            "insert into events.ledger (parser_version, after_id, up_to_id, action) values (1, 0, 1, 'applied')"
        )
    for login in ("owner", "superuser"):
        with database.connect(login) as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute("delete from events.ledger")


def test_a_reader_is_waited_for_a_moment_only_and_nobody_behind_it_longer(database: Database, cron: Connection) -> None:
    receive(database, TODAY - 9 * DAY)
    declare(database, "events.parsed", "4 days")
    with database.connect() as reader, reader.transaction():
        reader.execute("select count(*) from events.parsed")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            cron.execute("select series.drop_next('events.parsed')")
    assert len(drop_all(cron, "events.parsed")) == 1


def test_one_at_a_time_applies_retention(database: Database, cron: Connection) -> None:
    take = "select series.take_retention(%s, %s)"
    first, second = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
    assert cron.execute(take, (first, "1 minute")).fetchone() == (True,)
    assert cron.execute(take, (second, "1 minute")).fetchone() == (False,)
    assert cron.execute(take, (first, "0 s")).fetchone() == (True,), "renewed"
    assert cron.execute(take, (second, "1 minute")).fetchone() == (True,), "the first is gone"
    cron.execute("select series.release_retention(%s)", (second,))
    assert cron.execute(take, (first, "1 minute")).fetchone() == (True,)


def test_fixes_stay_until_their_days_are_folded_and_a_day_that_has_lost_some_is_folded_no_more(
    database: Database, cron: Connection
) -> None:
    declare(database, "state.position_history", "60 days")
    last_week, long_ago = (TODAY - 3 * DAY).date(), (TODAY - 70 * DAY).date()
    claim = "select day from events.claim_days('a worker', '1 minute', 9)"
    with database.connect() as owner, database.connect("worker") as worker:
        owner.execute(OLD_FIX.encode(), (TODAY - 70 * DAY,))
        owner.execute("insert into events.days_to_fold (day, imei, due_at) select unnest(%s), '1', now()",
                      ([last_week, long_ago],))  # fmt: skip
        drop_all(cron, "state.position_history")
        assert report(cron, "state.position_history")["held"] == "days of its vehicles wait to be folded"
        owner.execute("delete from events.days_to_fold where day = %s", (long_ago,))
        assert drop_all(cron, "state.position_history")
        owner.execute("insert into events.days_to_fold (day, imei, due_at) values (%s, '1', now())", (long_ago,))
        assert worker.execute(claim).fetchall() == [(last_week,)]
    assert database.rows("select day from events.days_to_fold") == [(last_week,)]


def test_nothing_leaves_while_state_is_made_anew(database: Database, cron: Connection) -> None:
    receive(database, TODAY - 9 * DAY)
    declare(database, "events.parsed", "4 days")
    with database.connect() as replay:
        replay.execute("select pg_advisory_lock(4201, 5)")
        with pytest.raises(psycopg.errors.LockNotAvailable, match="replay"):
            cron.execute("select series.drop_next('events.parsed')")
        replay.execute("select pg_advisory_unlock(4201, 5)")  # a closed connection holds it for a moment still
    assert len(drop_all(cron, "events.parsed")) == 1


@pytest.mark.timescale
@pytest.mark.parametrize("table", ["events.raw", "events.parsed", "state.position_history"])
def test_chunks_are_compressed_when_they_are_old_enough_and_still_leave(
    database: Database, cron: Connection, table: str
) -> None:
    if not find_server().has_timescale:
        pytest.skip("TimescaleDB is not installed on this server")
    receive(database, TODAY - 9 * DAY, TODAY)
    with database.connect() as owner:
        owner.execute(OLD_FIX.encode(), (TODAY - 40 * DAY,))
    declare(database, table, "20 days", compress_after="4 days", archive=False)
    compress = "select series.compress_next(%s)"
    assert cron.execute(compress, (table,)).fetchone() != (None,)
    while cron.execute(compress, (table,)).fetchone() != (None,):
        pass
    assert database.value(f"select count(*) from {table}") >= 1
    declare(database, table, "4 days", archive=False)
    assert drop_all(cron, table)


def test_on_native_partitions_there_is_nothing_to_compress(database: Database, cron: Connection) -> None:
    if database.value("select series.engine()") != "native":
        pytest.skip("this server makes hypertables")
    receive(database, TODAY - 9 * DAY)
    declare(database, "events.parsed", "20 days", compress_after="4 days")
    assert cron.execute("select series.compress_next('events.parsed')").fetchone() == (None,)
