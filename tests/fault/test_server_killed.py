"""kill -9 of the database server and all its backends under load, and its restart (P1)."""

from collections.abc import Callable

import httpx
import pytest
from invariants import assert_nothing_lost

from conftest import KillableCluster
from fixtures.load import Load
from fixtures.roles import Platform, wait_until

pytestmark = pytest.mark.fault
KILLS = 2


def test_a_killed_server_costs_no_acknowledged_push_and_every_role_comes_back(
    platform: Platform, cluster: KillableCluster, start_load: Callable[..., Load]
) -> None:
    gateway, _, _ = platform.start("gateway", "worker", "cron")
    token = platform.token()
    load = start_load(platform.url)

    for _ in range(KILLS):
        load.wait_acknowledged(100)
        cluster.kill()
        try:
            load.wait_answered(503)
            assert not gateway.health()["ok"]
            assert_the_api_says_come_again(platform, token)
        finally:
            cluster.start_again()
    load.wait_acknowledged(100)

    load.stop()
    assert {answer.retry_after for answer in load.answers if answer.status == 503} == {"5"}
    assert_nothing_lost(platform, load)
    wait_until(lambda: status_of_live_view(platform, token).status_code == 200, "the map is served again")


def assert_the_api_says_come_again(platform: Platform, token: str) -> None:
    answer = status_of_live_view(platform, token)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"


def status_of_live_view(platform: Platform, token: str) -> httpx.Response:
    return httpx.get(f"{platform.url}/api/views/live", headers={"authorization": f"Bearer {token}"}, timeout=20)
