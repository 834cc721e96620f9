"""The time-series layer: the same promises on native partitions and on TimescaleDB, where it is installed."""

import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from database.log_rows import append
from fixtures.database import Database, administer, run_migrate
from fleet.local.cluster import Cluster
from fleet.local.server import find_server

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
TABLE = "create table {} (id bigint not null, at timestamptz not null, note text default 'none', primary key (id, at))"


@pytest.fixture(scope="module", params=["native", pytest.param("timescale", marks=pytest.mark.timescale)])
def engine(request: pytest.FixtureRequest, cluster: Cluster) -> Iterator[Database]:
    """A migrated database on either engine."""
    wants_timescale = request.param == "timescale"
    if wants_timescale and not find_server().has_timescale:
        pytest.skip("TimescaleDB is not installed on this server")
    database = Database(f"fleet_{request.param}_{secrets.token_hex(3)}", cluster)
    administer(cluster, "create database {}", database.name)
    run_migrate(database)
    if not wants_timescale and find_server().has_timescale:
        pytest.skip("this server makes hypertables; a server without TimescaleDB tries the partitions")
    assert database.value("select series.engine()") == request.param
    yield database
    administer(cluster, "drop database {} with (force)", database.name)


def make(database: Database, *, append_only: bool = False) -> str:
    """An empty series of days, with its partitions around now."""
    name = f"state.s_{secrets.token_hex(3)}"
    with database.connect() as db:
        db.execute(TABLE.format(name))
        db.execute(f"alter table {name} alter column note set storage external")
        db.execute("select series.make(%s, 'at', '1 day', append_only => %s)", (name, append_only))
        db.execute("select series.ensure(%s, %s, %s)", (name, NOW - 3 * DAY, NOW + DAY))
    return name


def insert(database: Database, table: str, *moments: datetime) -> None:
    with database.connect() as db:
        for number, moment in enumerate(moments):
            db.execute(f"insert into {table} (id, at) values (%s, %s)", (number, moment))


def test_a_series_keeps_key_defaults_and_storage_of_its_table(engine: Database) -> None:
    table = make(engine)
    insert(engine, table, NOW)
    assert engine.value(f"select note from {table}") == "none"
    with pytest.raises(psycopg.errors.UniqueViolation):
        insert(engine, table, NOW)
    assert (
        engine.value(
            "select attstorage::text from pg_attribute where attrelid = %s::regclass and attname = 'note'", table
        )
        == "e"
    )
    assert (
        engine.value(
            "select count(*) from pg_attribute where attrelid = %s::regclass and attnotnull and attnum > 0", table
        )
        == 2
    )


def test_ensuring_twice_makes_nothing_the_second_time(engine: Database) -> None:
    table = make(engine)
    assert engine.value("select series.ensure(%s, %s, %s)", table, NOW - 3 * DAY, NOW + DAY) == 0
    made = engine.value("select series.ensure(%s, %s, %s)", table, NOW - 3 * DAY, NOW + 3 * DAY)
    assert made == (2 if engine.value("select series.engine()") == "native" else 0)
    insert(engine, table, NOW - 3 * DAY, NOW + 3 * DAY)


def test_an_unknown_series_is_refused_by_name(engine: Database) -> None:
    with engine.connect() as db, pytest.raises(psycopg.errors.RaiseException, match=r"state\.nothing"):
        db.execute("select series.ensure('state.nothing', now(), now())")


def test_dropping_takes_whole_days_before_the_instant_and_no_later_row(engine: Database) -> None:
    table = make(engine)
    noon = NOW.replace(hour=12, minute=0, second=0, microsecond=0)
    insert(engine, table, noon - 2 * DAY, noon - DAY, noon)
    with engine.connect() as db:
        db.execute("select series.drop_before(%s, %s)", (table, noon))
    assert [at for (at,) in engine.rows(f"select at from {table} order by at")] == [noon]
    insert(engine, table, noon + timedelta(seconds=1))


@pytest.mark.parametrize("statement", ["update {} set note = 'x'", "delete from {}", "truncate {}"])
def test_an_append_only_series_refuses_every_change_in_partitions_made_later_too(
    engine: Database, statement: str
) -> None:
    table = make(engine, append_only=True)
    with engine.connect() as db:
        db.execute("select series.ensure(%s, %s, %s)", (table, NOW, NOW + 9 * DAY))
    insert(engine, table, NOW, NOW + 9 * DAY)
    doors = [table]
    if engine.value("select series.engine()") == "native":
        doors += [name for (name,) in engine.rows("select partition::text from series.partitions(%s)", table)]
    with engine.connect("superuser") as db:
        for door in doors:
            if statement.startswith("truncate") or engine.value(f"select count(*) from {door}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    db.execute(statement.format(door))


def test_a_table_that_holds_the_log_can_still_be_dropped_by_retention(engine: Database) -> None:
    table = make(engine, append_only=True)
    insert(engine, table, NOW - 2 * DAY)
    with engine.connect() as db:
        db.execute("select series.drop_before(%s, %s)", (table, NOW))
    assert engine.value(f"select count(*) from {table}") == 0


def test_every_series_of_the_platform_is_in_the_catalogue_with_its_column(engine: Database) -> None:
    listed = engine.rows(
        "select table_name, time_column, append_only from series.catalog where table_name !~ '^state.s_'"
    )
    assert sorted(listed) == [
        ("events.parsed", "received_at", True),
        ("events.raw", "received_at", True),
        ("events.rejected", "received_at", True),
        ("state.alarms", "raised_at", False),
        ("state.device_events", "happened_at", False),
        ("state.fault_codes", "seen_at", False),
        ("state.fuel_readings", "read_at", False),
        ("state.heartbeats", "beat_at", False),
        ("state.lbs_readings", "heard_at", False),
        ("state.obd_readings", "read_at", False),
        ("state.parking_events", "started_at", False),
        ("state.position_history", "fixed_at", False),
        ("state.reported_trips", "started_at", False),
        ("state.temperature_readings", "read_at", False),
    ]


def test_appending_goes_on_after_cron_was_away_and_the_partitions_ran_out(engine: Database) -> None:
    if engine.value("select series.engine()") != "native":
        pytest.skip("chunks come by themselves")
    with engine.connect() as db:
        for table in ("events.raw", "events.parsed", "events.rejected"):
            for (partition,) in engine.rows(
                "select partition::text from series.partitions(%s) where upper_bound > %s", table, NOW - DAY
            ):
                db.execute(f"drop table {partition}")
        with pytest.raises(psycopg.errors.CheckViolation):
            db.execute("insert into events.rejected values (1, now(), 0, 1, 'not_json', '')")
    with engine.connect("push") as push:
        (raw_id,) = append(push, b"after all")
    assert engine.value("select count(*) from events.raw where id = %s", raw_id) == 1
    with engine.connect() as db:
        db.execute("insert into events.rejected values (1, now(), 0, 1, 'not_json', '')")


def test_partitions_reach_a_week_ahead_and_back_to_the_first_possible_row(engine: Database) -> None:
    if engine.value("select series.engine()") != "native":
        pytest.skip("chunks come by themselves")
    with engine.connect("cron") as db:
        db.execute("select series.ensure_all(now())")
    for table in ("events.raw", "state.position_history"):
        first, last = engine.rows("select min(lower_bound), max(upper_bound) from series.partitions(%s)", table)[0]
        assert last > NOW + 7 * DAY
        assert first <= (NOW if table == "events.raw" else datetime(2026, 7, 1, tzinfo=UTC))
    names = [name for (name,) in engine.rows("select partition::text from series.partitions('events.raw')")]
    assert all(re.fullmatch(r"events\.raw_p\d{8}", name) for name in names)


def test_partitions_are_made_while_somebody_reads_and_do_not_stop_who_comes_after(engine: Database) -> None:
    if engine.value("select series.engine()") != "native":
        pytest.skip("chunks come by themselves")
    table = make(engine)
    with engine.connect() as reader, engine.connect() as cron, engine.connect() as later:
        reader.autocommit = False
        reader.execute(f"select count(*) from {table}")
        cron.execute("set lock_timeout = '2s'")
        cron.autocommit = False
        assert cron.execute("select series.ensure(%s, %s, %s)", (table, NOW, NOW + 3 * DAY)).fetchone() != (0,)
        later.execute("set lock_timeout = '2s'")
        later.execute(f"select count(*) from {table}")
