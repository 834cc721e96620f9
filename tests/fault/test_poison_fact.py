"""Facts that a table refuses: they are set aside, nothing waits for them, and they are folded when that is mended."""

import json
from collections.abc import Callable

import httpx
import pytest
from invariants import assert_nothing_lost

from fixtures.load import Load
from fixtures.roles import Platform
from pipeline.test_cli import fleet

pytestmark = pytest.mark.fault

UNLUCKY = "860000000000007"
REFUSE = f"alter table state.position_history add constraint unlucky check (imei <> '{UNLUCKY}')"
MENDED = "alter table state.position_history drop constraint unlucky"
FACTS_OF_IT = "select id from events.parsed where kind = 'position_fix' and imei = %s order by id"


def test_facts_that_a_table_refuses_are_set_aside_and_folded_when_it_is_mended(
    platform: Platform, start_load: Callable[..., Load]
) -> None:
    _, worker = platform.start("gateway", "worker")
    database = platform.database
    with database.connect("owner") as owner:
        owner.execute(REFUSE)
    load = start_load(platform.url)
    load.wait_acknowledged(80)
    load.stop()
    platform.wait_drained()

    poison = [fact for (fact,) in database.rows(FACTS_OF_IT, UNLUCKY)]
    assert poison, "the unlucky device has sent nothing"
    assert database.value("select count(*) from state.position_history where imei = %s", UNLUCKY) == 0
    assert database.value("select count(*) from state.live_positions where imei = %s", UNLUCKY) == 1
    fixes = database.value("select count(*) from events.parsed where kind = 'position_fix'")
    assert database.value("select count(*) from state.position_history") == fixes - len(poison)
    health = worker.health()
    assert (health["ok"], health["set_aside"]) == (True, {"position_history": len(poison)})

    headers = {"authorization": f"Bearer {platform.token()}"}
    told = httpx.get(f"{platform.url}/api/set-aside", headers=headers).raise_for_status().json()["items"]
    assert [(one["projector"], one["fact_id"], one["imei"]) for one in told] == [
        ("position_history", fact, UNLUCKY) for fact in poison
    ]
    assert "unlucky" in told[0]["error"]
    listed = fleet(database, "set-aside", "list", "--json")
    assert (listed.returncode, len(json.loads(listed.stdout))) == (1, len(poison))
    retried = fleet(database, "set-aside", "retry", "--json")
    assert (retried.returncode, json.loads(retried.stdout)["folded"]) == (1, 0), "nothing is mended yet"

    with database.connect("owner") as owner:
        owner.execute(MENDED)
    retried = fleet(database, "set-aside", "retry")
    assert (retried.returncode, retried.stdout) == (0, f"{len(poison)} facts folded, 0 set aside still.\n")
    assert fleet(database, "set-aside", "list").returncode == 0
    assert worker.health()["set_aside"] == {}
    assert_nothing_lost(platform, load)
