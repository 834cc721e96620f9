"""A worker that stands still longer than its lease and then goes on, as after a pause of its machine."""

from collections.abc import Callable

import pytest
from invariants import assert_nothing_lost
from mid_batch import freeze_in_mid_batch, resume

from fixtures.database import Database
from fixtures.load import Load
from fixtures.roles import Platform, wait_until

pytestmark = pytest.mark.fault


def test_a_worker_that_lost_its_lease_is_fenced_out(platform: Platform, start_load: Callable[..., Load]) -> None:
    _, frozen = platform.start("gateway", "worker")
    load = start_load(platform.url)

    claim = freeze_in_mid_batch(platform.database, frozen)
    platform.worker()
    wait_until(
        lambda: not platform.database.rows("select from events.claims where claim_id = %s", claim),
        "the other worker finishes the batch after the lease",
    )
    resume(frozen)

    wait_until(lambda: f'"claim_id": {claim}' in frozen.log(), "the late finish is refused")
    load.wait_acknowledged(50)
    load.stop()
    assert_nothing_lost(platform, load)


def test_the_server_notices_within_seconds_that_the_machine_of_a_worker_is_gone(database: Database) -> None:
    with database.connect("worker") as worker:
        told = [
            worker.execute(f"select current_setting('tcp_keepalives_{name}')::int").fetchone()
            for name in ("idle", "interval", "count")
        ]
    (idle_s,), (interval_s,), (probes,) = told
    assert 0 < idle_s + interval_s * probes <= 20
