"""What a replay or a verification that was killed has left can be seen and discarded."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from fixtures.database import Database
from fleet.migrate import SyncConnection, connect
from fleet.pipeline.project_stage import PROJECTORS
from fleet.pipeline.vehicle_days import VEHICLE_DAY_TABLES
from fleet.trips import VERSION
from replay.conftest import Fleet
from replay.log_of_all import fold_all, store
from replay.test_rebuild import shape, state

LEFT = """
    select (select count(*) from events.rebuilds), (select count(*) from events.days_refolded),
           (select count(*) from pg_class where relkind in ('r', 'p', 'v')
            and relnamespace in ('rebuild'::regnamespace, 'scratch'::regnamespace, 'beside'::regnamespace))"""

REGISTRY = {table.replace("domain.", "beside.") for table in PROJECTORS["registry"]}


@pytest.fixture
def abandoned(database: Database) -> Iterator[SyncConnection]:
    """A history half built, vehicle-days begun and told of, facts of the archive, a verification that was killed."""
    store(database, 300)
    fold_all(database)
    with connect(database.url("owner")) as owner:
        owner.execute("select events.make_archived_facts()")
        owner.execute("select events.begin_rebuild('state.alarms', 'alarms', 'rebuild.every_fact')")
        owner.execute("select events.begin_rebuild('state.position_history', 'position_history')")
        owner.execute("select events.continue_rebuild('state.position_history', 200, 300)")
        owner.execute("select events.begin_day_rebuild(%s, %s)", (list(VEHICLE_DAY_TABLES), VERSION))
        owner.execute("insert into events.days_refolded values ('2026-11-01', '1', 1)")
        owner.execute("select events.restrict_facts('scratch.facts', 'events.parsed', 'alarms')")
        owner.execute("select series.make_beside('state.alarms', 'scratch.alarms')")
        owner.execute("select events.copy_registry(%s)", (list(PROJECTORS["registry"]),))
        yield owner


def listed(fleet: Fleet) -> tuple[int, dict[str, Any]]:
    """The exit code of the list, and what it tells by table."""
    done = fleet("rebuilds", "list", "--json")
    return done.returncode, {each["table"]: each for each in json.loads(done.stdout)["tables"]}


def test_nothing_is_left_where_every_replay_came_to_its_end(database: Database, fleet: Fleet) -> None:
    assert listed(fleet) == (0, {})
    assert fleet("rebuilds", "discard", "all").stdout == "There was nothing to discard.\n"


def test_what_was_left_is_told_with_its_size_and_how_far_it_is(abandoned: SyncConnection, fleet: Fleet) -> None:
    code, found = listed(fleet)
    assert code == 1
    days = {table.replace("state.", "rebuild.") for table in VEHICLE_DAY_TABLES}
    rebuilt = {"rebuild.alarms", "rebuild.position_history"}
    assert found.keys() == {"rebuild.archived_facts", "scratch.alarms"} | rebuilt | days | REGISTRY
    history = found["rebuild.position_history"]
    assert (history["source"], history["built_to"]) == ("events.active_facts", "fact 200 of 300")
    assert history["bytes"] > found["scratch.alarms"]["bytes"] > 0
    assert found["rebuild.vehicle_days"]["built_to"] == "no day yet"
    assert found["scratch.alarms"]["rebuilds"] is None
    told = fleet("rebuilds", "list").stdout
    assert "rebuild.position_history" in told
    assert "fact 200 of 300" in told


def test_a_replay_that_is_under_way_is_no_reason_to_complain_and_not_discarded(
    abandoned: SyncConnection, fleet: Fleet
) -> None:
    abandoned.execute("select pg_advisory_lock(4201, 5)")
    assert listed(fleet)[0] == 0
    refused = fleet("rebuilds", "discard", "position_history")
    assert (refused.returncode, "Another replay" in refused.stderr) == (1, True)
    assert "rebuild.position_history" in listed(fleet)[1]


def test_one_table_is_discarded_and_the_others_stay(
    abandoned: SyncConnection, database: Database, fleet: Fleet
) -> None:
    before = listed(fleet)[1].keys()
    done = fleet("rebuilds", "discard", "position_history")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("rebuild.position_history: dropped, ")
    assert before - listed(fleet)[1].keys() == {"rebuild.position_history"}
    assert fleet("rebuilds", "discard", "trips").returncode == 0, "one of four that are built together"
    assert database.rows("select table_name from events.rebuilds") == [("state.alarms",)]
    assert database.value("select count(*) from events.days_refolded") == 0
    assert fleet("rebuilds", "discard", "domain.devices").returncode == 0, "the registry is built as one"
    assert not REGISTRY & listed(fleet)[1].keys()


def test_all_is_discarded_and_state_is_as_it_was(abandoned: SyncConnection, database: Database, fleet: Fleet) -> None:
    before = state(database)
    done = fleet("rebuilds", "discard", "all")
    assert done.returncode == 0, done.stderr
    assert database.rows(LEFT) == [(0, 0, 0)]
    assert not [name for (name, *_) in shape(database)[3] if not name.startswith(("state.", "events."))]
    assert listed(fleet)[0] == 0
    assert state(database) == before
    assert fleet("replay", "all").returncode == 0
    assert state(database) == before


def test_a_table_that_is_not_there_is_refused_by_naming_those_that_are(fleet: Fleet) -> None:
    done = fleet("rebuilds", "discard", "positions")
    assert (done.returncode, "position_history" in done.stderr) == (2, True)
