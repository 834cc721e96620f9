"""kill -9 of a worker in the middle of a batch: another takes its lease over (P3)."""

from collections.abc import Callable

import pytest
from invariants import assert_nothing_lost
from mid_batch import freeze_in_mid_batch

from fixtures.load import Load
from fixtures.roles import Platform

pytestmark = pytest.mark.fault


def test_the_batch_of_a_killed_worker_is_finished_by_the_other(
    platform: Platform, start_load: Callable[..., Load]
) -> None:
    _, victim = platform.start("gateway", "worker")
    load = start_load(platform.url)

    claim = freeze_in_mid_batch(platform.database, victim)
    victim.kill()
    assert platform.database.rows("select from events.claims where claim_id = %s", claim), "not in mid-batch"
    platform.worker()
    victim.start()

    load.wait_acknowledged(100)
    load.stop()
    assert_nothing_lost(platform, load)
