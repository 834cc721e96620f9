"""P5: any table of state is made anew from the log while it is served, and is what the folds had made of it."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from database.folds import contents
from database.log_rows import NOTE_FACTS
from fixtures.database import Database
from fixtures.roles import Platform, wait_until
from fleet.replay.units import UNITS
from replay.conftest import Fleet
from replay.log_of_all import fold_all, store

Start = Callable[..., subprocess.Popen[bytes]]


def state(database: Database) -> dict[str, Any]:
    """Every row of every table that can be made anew."""
    with database.connect("superuser") as db:
        held = contents(db, provenance=True)
    return {unit.table: held[unit.table] for unit in UNITS} | {"state.identities": held["state.identities"]}


def shape(database: Database) -> list[Any]:
    """What else a table is: its relations, keys, indexes, grants, series, and what hangs on it."""
    return [
        database.rows(query)
        for query in (
            "select nspname, relname, relkind, reloptions::text,"
            " coalesce(relacl, acldefault('r', relowner))::text from pg_class"
            " join pg_namespace n on n.oid = relnamespace where nspname in ('state', 'rebuild', 'scratch')"
            " order by 1, 2",
            "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint"
            " where connamespace = 'state'::regnamespace order by 1, 2",
            "select pg_get_indexdef(indexrelid) from pg_index join pg_class on oid = indrelid"
            " where relnamespace = 'state'::regnamespace order by 1",
            "select * from series.catalog order by 1",
            "select oid::regprocedure::text, pg_get_functiondef(oid), proacl::text from pg_proc"
            " where pronamespace = 'state'::regnamespace and prokind = 'f' order by 1",
            "select schemaname, viewname, definition from pg_views"
            " where schemaname in ('state', 'serve') order by 1, 2",
        )
    ]


@contextmanager
def a_reader_of(database: Database, table: str) -> Iterator[None]:
    """Somebody reads the table in a transaction that does not end."""
    with database.connect("superuser") as db, db.transaction():
        db.execute(f"select count(*) from {table}".encode())
        yield


def test_every_table_built_anew_is_what_the_folds_made_of_the_same_log(database: Database, fleet: Fleet) -> None:
    store(database, 3000)
    fold_all(database)
    before, looked = state(database), shape(database)
    assert all(before.values())

    done = fleet("replay", "all")

    assert done.returncode == 0, done.stderr
    assert state(database) == before
    for now, then in zip(shape(database), looked, strict=True):
        assert set(now) ^ set(then) == set()
    assert database.rows("select * from events.rebuilds") == []
    assert database.value("select min(epoch) from events.cursors") == 2
    store(database, 500, seed=8, first_raw_id=5000)
    fold_all(database)
    assert fleet("state", "verify").returncode == 0


def test_a_table_that_had_gone_wrong_is_right_again(database: Database, fleet: Fleet) -> None:
    store(database, 500)
    fold_all(database)
    before = state(database)
    with database.connect() as db:
        db.execute("update state.devices set plate = row('WRONG', now())::state.known_text")
        db.execute("delete from state.alarms")
        db.execute("select state.refresh_identities(array(select imei from domain.devices))")
    assert state(database) != before
    assert fleet("replay", "all").returncode == 0
    assert state(database) == before


def test_nothing_that_comes_during_a_rebuild_is_lost(platform: Platform, fleet: Fleet, started: Start) -> None:
    database = platform.database
    store(database, 3000)
    platform.start("worker", "worker")
    rebuilding, seed = started("replay", "all"), 10
    while rebuilding.poll() is None:
        store(database, 40, seed=seed, first_raw_id=seed * 1000)
        seed += 1
    assert rebuilding.returncode == 0
    assert seed > 15
    platform.wait_drained()
    done = fleet("state", "verify")
    assert done.returncode == 0, done.stdout


def test_a_fact_that_is_committed_late_is_in_the_table_after_the_swap(
    database: Database, fleet: Fleet, started: Start
) -> None:
    store(database, 300)
    fold_all(database)
    with a_reader_of(database, "state.heartbeats"):
        rebuilding = started("replay", "heartbeats")
        wait_until(
            lambda: bool(
                database.rows("select from events.rebuilds r join events.cursors c using (position)"
                              " where c.projector = 'heartbeats'")
            ),
            "the rebuild has folded all there was",
        )  # fmt: skip
        store(database, 300, seed=9, first_raw_id=1000)
        fold_all(database)
        assert rebuilding.poll() is None, "the old table serves while somebody reads it"
    assert rebuilding.wait(60) == 0
    assert fleet("state", "verify", "heartbeats").returncode == 0


def test_a_rebuild_that_was_killed_in_the_middle_goes_on_where_it_was(
    database: Database, fleet: Fleet, started: Start
) -> None:
    store(database, 1500)
    fold_all(database)
    store(database, 1500, seed=8, first_raw_id=5000)
    with a_reader_of(database, "state.position_history"):
        rebuilding = started("replay", "position_history")
        wait_until(lambda: half_built(database) == [(1500,)], "half of the facts are folded")
        rebuilding.kill()
        rebuilding.wait()
        wait_until(lambda: replays(database) == 0, "the server has noticed that it is gone")
    fold_all(database)
    before = state(database)
    built_at = database.value("select started_at from events.rebuilds")
    with database.connect() as db:
        begin = "select events.begin_rebuild('state.position_history', 'position_history')"
        assert db.execute(begin).fetchone() == (1500,)
    assert database.value("select started_at from events.rebuilds") == built_at
    assert fleet("replay", "position_history").returncode == 0
    assert state(database) == before


def half_built(database: Database) -> list[Any]:
    return database.rows("select position from events.rebuilds where table_name = 'state.position_history'")


def replays(database: Database) -> int:
    return int(database.value("select count(*) from pg_stat_activity where application_name = 'fleet-replay'"))


def test_what_was_built_by_another_fold_is_not_gone_on_with(database: Database) -> None:
    store(database, 300)
    fold_all(database)
    with database.connect() as db:
        begin = "select events.begin_rebuild('state.heartbeats', 'heartbeats')"
        db.execute(begin)
        assert db.execute("select events.continue_rebuild('state.heartbeats', 100, 300)").fetchone() == (100,)
        assert db.execute(begin).fetchone() == (100,)
        db.execute("alter function state.project_heartbeats cost 99")
        assert db.execute(begin).fetchone() == (0,)


def test_two_replays_at_once_are_one_too_many(database: Database, fleet: Fleet) -> None:
    with database.connect() as db:
        db.execute("select pg_advisory_lock(4201, 5)")
        done = fleet("replay", "alarms")
    assert done.returncode == 1
    assert "Another replay" in done.stderr


def test_a_table_that_is_not_there_is_refused_by_naming_those_that_are(fleet: Fleet) -> None:
    done = fleet("replay", "positions")
    assert done.returncode == 2
    assert "position_history" in done.stderr


def test_a_fact_that_is_set_aside_stops_neither_a_rebuild_nor_a_verification(database: Database, fleet: Fleet) -> None:
    store(database, 300)
    with database.connect("superuser") as db:
        db.execute(
            "insert into events.parsed (raw_id, received_at, item, parser_version, kind, source, account_id, imei,"
            " occurred_at, data) select raw_id, received_at, 77, parser_version, kind, source, account_id, imei,"
            " occurred_at, data || '{\"lat\": \"north\"}' from events.parsed where kind = 'position_fix' limit 1"
        )
        db.execute(NOTE_FACTS)
    fold_all(database)
    before = state(database)
    assert database.value("select count(*) from events.set_aside") == 1
    done = fleet("replay", "all")
    assert done.returncode == 0, done.stderr
    assert state(database) == before
    assert fleet("state", "verify").returncode == 0
    with database.connect() as db:
        db.execute("delete from events.set_aside")
    done = fleet("replay", "position_history")
    assert (done.returncode, "refuses a fact" in done.stderr) == (1, True)
    assert state(database) == before
