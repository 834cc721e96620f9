"""kill -9 of the gateway, again and again, while pushes come in (P1)."""

from collections.abc import Callable

import pytest
from invariants import assert_nothing_lost
from open_append import held_append

from fixtures.load import Load
from fixtures.roles import Platform

pytestmark = pytest.mark.fault
KILLS = 2


def test_a_killed_gateway_loses_no_push_that_it_acknowledged(
    platform: Platform, start_load: Callable[..., Load]
) -> None:
    gateway, _ = platform.start("gateway", "worker")
    load = start_load(platform.url)

    for _ in range(KILLS):
        load.wait_acknowledged(100)
        gateway.kill()
        gateway.start()
    load.wait_acknowledged(100)
    with held_append(platform.database):
        for _ in range(5):  # time in which a gateway that does not wait for the commit would promise more
            assert gateway.health()["ok"]
        gateway.kill()
    gateway.start()
    load.wait_acknowledged(100)

    assert load.stop().outcomes[0] > 0, "no request was in flight at a kill"
    assert_nothing_lost(platform, load)
