"""The upstream goes away and comes back as a new process with no memory of its tokens."""

from collections.abc import Callable
from typing import Any

import pytest
from invariants import assert_nothing_lost
from upstream import ACCOUNT, Upstream

from fixtures.load import Load
from fixtures.roles import Platform, Process, wait_until
from fleet.admin.accounts import add_vendor_account
from fleet.cron.polls.live_positions import NAME as LIVE_POSITIONS

pytestmark = pytest.mark.fault


def test_polls_go_on_after_the_upstream_was_away(
    platform: Platform, upstream: Upstream, start_load: Callable[..., Load]
) -> None:
    add_vendor_account(platform.database.url("owner"), ACCOUNT, "Fleet", polled=True)
    _, _, cron = platform.start("gateway", "worker", "cron", **upstream.settings)
    load = start_load(platform.url)

    upstream.wait_polled()
    upstream.process.kill()
    wait_until(lambda: job(cron)["failures_in_a_row"] > 0, "the poll fails")
    assert cron.health()["ok"], "an upstream that is away is not cron's fault"
    load.wait_acknowledged(50)
    upstream.start()
    wait_until(lambda: job(cron)["failures_in_a_row"] == 0, "the poll succeeds again, with a new token")
    upstream.wait_polled()

    load.stop()
    assert cron.stop() == 0
    assert_nothing_lost(platform, load)


def job(cron: Process) -> dict[str, Any]:
    """What cron says of polling live positions."""
    record: dict[str, Any] = cron.health()["jobs"][f"{LIVE_POSITIONS} {ACCOUNT}"]
    return record
