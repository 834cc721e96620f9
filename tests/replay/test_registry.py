"""P5 for schema `domain`: held against the log, and put right row by row; numbers and the map stay as they were."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

import pytest

from database.log_rows import Connection
from fixtures.database import Database
from fixtures.roles import wait_until
from fleet.replay.registry import TABLES
from replay.conftest import Fleet
from replay.log_of_all import IMEIS, NOON, fold_all, store
from replay.log_of_registry import fact, store_registry, store_told
from replay.test_rebuild import replays

Start = Callable[..., subprocess.Popen[bytes]]
FOLLOWERS = ("state.identities", "state.mounts")
# What somebody does to a table: each statement spoils one row, and no two the same.
WRONGS = {
    "accounts": ["update domain.accounts set polled = false where code = 'north'"],
    "assigned_cities": [
        "insert into domain.assigned_cities values ('Atlantis')",
        "delete from domain.assigned_cities where city = 'Kisumu'",
    ],
    "cost_centres": [
        "update domain.cost_centres set code = 'XX' where name = 'Fibre'",
        "update domain.cost_centres set told_code = row('YY', now())::state.known_text where name = 'Power and masts'",
        "insert into domain.cost_centres values ('Nobody', 'NOB', 99)",
    ],
    "device_assignments": [
        f"update domain.device_assignments set vehicle_id = 1 where imei = '{IMEIS[1]}'",
        f"delete from domain.device_assignments where imei = '{IMEIS[0]}'",
        f"insert into domain.device_assignments values ('{IMEIS[9]}', now(), 1)",
    ],
    "devices": [
        f"update domain.devices set account_id = 1 where imei = '{IMEIS[0]}'",
        f"update domain.devices set first_good_fix_at = null where imei = '{IMEIS[1]}'",
        f"update domain.devices set lifecycle = 'suspended' where imei = '{IMEIS[3]}'",
        f"delete from domain.devices where imei = '{IMEIS[2]}'",
        "insert into domain.devices (imei, account_id) values ('1', 1)",
    ],
    "driver_assignments": [
        "update domain.driver_assignments set driver_id = null where vehicle_id = domain.id_of('vehicle', 'KDB002B')",
        "delete from domain.driver_assignments where stated_by = 'admin'",
        "insert into domain.driver_assignments values (1, now(), 1)",
    ],
    "drivers": [
        "update domain.drivers set name = 'Zed' where name = 'Amina'",
        "update domain.drivers set phone = row('0', now())::state.known_text where name = 'Brian'",
        "delete from domain.drivers where name = 'Chebet'",
        "insert into domain.drivers values (1, 'Amina')",
    ],
    "identity_statements": ["delete from domain.identity_statements where value = 'Mombasa'"],
    "lifecycle_statements": [
        f"insert into domain.lifecycle_statements values ('{IMEIS[4]}', now(), 'active', 'me')",
        f"update domain.lifecycle_statements set reason = 'lost' where imei = '{IMEIS[3]}'",
    ],
    "listed_devices": [f"delete from domain.listed_devices where imei = '{IMEIS[5]}'"],
    "listing_runs": ["update domain.listing_runs set listed = 0 where account = 'south'"],
    "vehicles": [
        "update domain.vehicles set city = row('X', now())::state.known_text where plate_key = 'KDA001A'",
        "delete from domain.vehicles where plate_key = 'KDB002B'",
        "insert into domain.vehicles values (1, 'KDZ', row('KDZ', now())::state.known_text)",
    ],
}


@pytest.fixture
def registered(database: Database) -> Database:
    """A database with the log of a registry, folded."""
    store_registry(database)
    fold_all(database)
    return database


def registry(database: Database) -> dict[str, list[Any]]:
    """Every row of every table, numbers and colours among them, and what follows of them."""
    return {table: database.rows(f"select t::text from {table} t order by 1") for table in (*TABLES, *FOLLOWERS)}


def map_of(database: Database) -> Any:
    """What the live view answers."""
    return database.value("select serve.fn_live_view('{}', null, %s)::text", NOON)


def verdicts(fleet: Fleet, *names: str) -> dict[str, Any]:
    done = fleet("state", "verify", *names, "--json")
    told = {verdict["table"]: verdict for verdict in json.loads(done.stdout)}
    assert done.returncode == any(verdict["differing_rows"] for verdict in told.values()), done.stderr
    return told


def spoil(database: Database, statement: str) -> None:
    with database.connect("superuser") as db:
        assert db.execute(statement.encode()).rowcount == 1, statement


@contextmanager
def the_projector_at_work(database: Database) -> Iterator[Connection]:
    """A transaction that has the registry's cursor, as a worker's fold has."""
    with database.connect("superuser") as db, db.transaction():
        db.execute("select from events.cursors where projector = 'registry' for update")
        yield db


BESIDE = "select count(*) from pg_class where relnamespace = 'beside'::regnamespace"


def waits_for_the_projector(database: Database) -> bool:
    """Has a replay folded all there was?"""
    waiting = "select from pg_stat_activity where application_name = 'fleet-replay' and pg_blocking_pids(pid) <> '{}'"
    return bool(database.rows(waiting))


def test_what_was_folded_is_what_the_log_says_and_a_replay_touches_nothing(registered: Database, fleet: Fleet) -> None:
    before = registry(registered)
    touched = "select max(xmin::text::bigint) from domain.devices"
    last = registered.value(touched)
    assert all(before.values())
    assert {table for table, found in verdicts(fleet).items() if found["differing_rows"] or found["problem"]} == set()
    replayed = fleet("replay", "registry")
    assert (replayed.returncode, replayed.stdout) == (0, "registry: held against the log; all other rows were right.\n")
    assert registry(registered) == before
    assert registered.value(touched) == last
    assert registered.value(BESIDE) == 0


def test_every_wrong_row_is_found_and_put_right_and_the_map_is_as_before(registered: Database, fleet: Fleet) -> None:
    before, shown = registry(registered), map_of(registered)
    for statement in chain(*WRONGS.values()):
        spoil(registered, statement)
    assert map_of(registered) != shown
    wrong = {table: verdict["differing_rows"] for table, verdict in verdicts(fleet, "registry").items()}
    assert wrong == {f"domain.{table}": len(statements) for table, statements in WRONGS.items()}
    replayed = fleet("replay", "registry")
    assert replayed.returncode == 0, replayed.stderr
    assert registry(registered) == before
    assert map_of(registered) == shown
    assert not any(found["differing_rows"] for found in verdicts(fleet).values())


def test_an_account_that_was_lost_comes_back_and_its_devices_to_it(registered: Database, fleet: Fleet) -> None:
    owners = "select imei, account.code from domain.devices join domain.accounts account using (account_id) order by 1"
    before = registered.rows(owners)
    with registered.connect("superuser") as db:
        db.execute("update domain.devices set account_id = 1")
        db.execute("delete from domain.accounts where code = 'north'")
    assert verdicts(fleet, "domain.accounts")["domain.accounts"]["differing_rows"] == 1
    assert fleet("replay", "registry").returncode == 0
    assert registered.rows(owners) == before
    named = registered.rows("select name, polled, account_id < 1000 from domain.accounts where code = 'north'")
    assert named == [("North", True, True)]


def test_what_no_fact_says_is_left_as_it_is(registered: Database, fleet: Fleet) -> None:
    """Accounts that the vendor's tree or a person brought; slots and codes of cost centres."""
    with registered.connect("superuser") as db:
        db.execute("select domain.note_found_account('east', 'East', 'north')")
        db.execute("select domain.tell_account('north', 'Late', null, now() + interval '1 year')")
        db.execute(
            "update domain.cost_centres set slot = slot + 10, code = case when told_code is null then 'OLD'"
            " else code end"
        )
    before = registry(registered)
    assert not any(found["differing_rows"] for found in verdicts(fleet, "registry").values())
    assert fleet("replay", "registry").returncode == 0
    assert registry(registered) == before


def test_a_fact_that_comes_during_the_replay_is_not_lost(registered: Database, fleet: Fleet, started: Start) -> None:
    spoil(registered, WRONGS["vehicles"][1])
    with the_projector_at_work(registered) as worker:
        replaying = started("replay", "registry")
        wait_until(lambda: waits_for_the_projector(registered), "the replay has folded all there was")
        store(registered, 50, seed=8, first_raw_id=9000)
        store_told(registered, [fact("vehicle_set", {"plate": "KDL 999L"}, hours=-2, raw_id=9999)])
        assert worker.execute("select events.advance('registry', 5000) > 0").fetchone() == (True,)
        assert replaying.poll() is None
    assert replaying.wait(60) == 0
    fold_all(registered)
    assert registered.value("select count(*) from domain.vehicles where plate_key in ('KDB002B', 'KDL999L')") == 2
    assert not any(found["differing_rows"] for found in verdicts(fleet, "registry").values())


def test_a_replay_that_was_killed_has_changed_nothing_and_the_next_one_cleans_up(
    registered: Database, fleet: Fleet, started: Start
) -> None:
    before = registry(registered)
    spoil(registered, WRONGS["vehicles"][1])
    spoilt = registry(registered)
    with the_projector_at_work(registered):
        replaying = started("replay", "registry")
        wait_until(lambda: waits_for_the_projector(registered), "the replay has folded all there was")
        replaying.kill()
        replaying.wait()
        wait_until(lambda: replays(registered) == 0, "the server has noticed that it is gone")
    assert registry(registered) == spoilt
    assert registered.value(BESIDE) > 0
    assert fleet("replay", "registry").returncode == 0
    assert registry(registered) == before
    assert registered.value(BESIDE) == 0


def test_only_days_that_come_out_otherwise_are_marked(registered: Database, fleet: Fleet) -> None:
    with registered.connect("superuser") as db:
        db.execute("delete from events.days_to_fold")
    lost = f"delete from domain.devices where imei = '{IMEIS[0]}'"
    for statement in (lost, WRONGS["device_assignments"][1], WRONGS["vehicles"][1]):
        spoil(registered, statement)  # no trigger follows a deletion: who stood for what is held as it was
    assert fleet("replay", "registry").returncode == 0
    assert registered.rows("select * from events.days_to_fold") == []
    spoil(registered, f"insert into domain.device_assignments values ('{IMEIS[7]}', '2000-01-01', 1)")
    with registered.connect("superuser") as db:
        db.execute("delete from events.days_to_fold")
    assert fleet("replay", "registry").returncode == 0
    days = registered.value(
        "select count(distinct domain.eat_day(fixed_at)) from state.position_history where imei = %s", IMEIS[7]
    )
    assert registered.value("select count(distinct day) from events.days_to_fold") == days > 0


def test_mounts_and_identities_that_are_not_what_follows_are_found_and_put_right(
    registered: Database, fleet: Fleet
) -> None:
    before = registry(registered)
    spoil(registered, f"update state.mounts set class_rank = 9 where imei = '{IMEIS[8]}'")
    spoil(
        registered, f"update state.identities set driver = 'Zed' where imei = '{IMEIS[9]}' and valid_from = '-infinity'"
    )
    found = verdicts(fleet, "mounts")
    assert {table: verdict["differing_rows"] for table, verdict in found.items()} == dict.fromkeys(FOLLOWERS, 1)
    done = fleet("replay", "identities")
    assert (done.returncode, done.stdout) == (0, "Identities and mounts: 2 devices put right.\n")
    assert registry(registered) == before


@pytest.mark.parametrize("name", ["registry", "domain.devices", "vehicles", "identities"])
def test_the_registry_in_part_is_refused(fleet: Fleet, name: str) -> None:
    done = fleet("replay", name, "--imei", IMEIS[0])
    assert done.returncode == 2
    assert "is made anew as a whole" in done.stderr


def test_a_part_of_everything_leaves_the_registry_out(registered: Database, fleet: Fleet) -> None:
    done = fleet("replay", "all", "--imei", IMEIS[0])
    assert done.returncode == 0, done.stderr
    assert "registry" not in done.stdout


def test_listings_that_retention_has_taken_are_not_missed(registered: Database, fleet: Fleet) -> None:
    with registered.connect() as db:
        db.execute("delete from domain.listing_runs")
        db.execute("select series.move_horizon('domain.listing_runs', %s)", (NOON,))
    assert verdicts(fleet, "listing_runs")["domain.listing_runs"]["differing_rows"] == 0


def test_facts_that_have_left_the_log_leave_the_registry_as_it_is(registered: Database, fleet: Fleet) -> None:
    with registered.connect() as db:
        db.execute("select series.move_horizon('events.parsed', now())")
    assert {found["problem"] is None for found in verdicts(fleet, "registry").values()} == {False}
    assert fleet("replay", "registry").returncode == 2
