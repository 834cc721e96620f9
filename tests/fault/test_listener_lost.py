"""The connection that listens for the doorbell is killed: a doorbell, not a promise (P9)."""

from collections.abc import Callable

import pytest
from invariants import assert_nothing_lost

from fixtures.load import Load
from fixtures.roles import Platform, wait_until
from fleet.log.follow import POLLING_FLOOR_S

pytestmark = pytest.mark.fault

KILL = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'fleet-worker-listen'"
LISTENING = """
    select pid from pg_stat_activity where application_name = 'fleet-worker-listen' and query ilike 'listen %%'
"""


def test_a_worker_that_lost_its_listener_catches_up_and_listens_again(
    platform: Platform, start_load: Callable[..., Load]
) -> None:
    worker, _ = platform.start("worker", "gateway")
    first = platform.database.rows(LISTENING)
    load = start_load(platform.url)

    load.wait_acknowledged(50)
    assert platform.database.rows(KILL) == [(True,)]
    load.wait_acknowledged(50)
    load.stop()

    platform.wait_drained(POLLING_FLOOR_S + 1)
    wait_until(lambda: platform.database.rows(LISTENING) not in ([], first), "the worker listens again")
    assert "listener_lost" in worker.log()
    assert_nothing_lost(platform, load)
