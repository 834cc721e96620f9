"""kill -9 of cron while it polls and pushes come in: it goes on polling, and nobody else notices."""

from collections.abc import Callable

import pytest
from invariants import assert_nothing_lost
from upstream import ACCOUNT, Upstream

from fixtures.load import Load
from fixtures.roles import Platform
from fleet.admin.accounts import add_vendor_account

pytestmark = pytest.mark.fault
KILLS = 2


def test_a_killed_cron_polls_again_and_what_was_polled_comes_once_into_state(
    platform: Platform, upstream: Upstream, start_load: Callable[..., Load]
) -> None:
    add_vendor_account(platform.database.url("owner"), ACCOUNT, "Fleet", polled=True)
    _, _, cron = platform.start("gateway", "worker", "cron", **upstream.settings)
    load = start_load(platform.url)

    for _ in range(KILLS):
        upstream.wait_polled()
        cron.kill()
        cron.start()
    upstream.wait_polled()
    load.wait_acknowledged(50)

    load.stop()
    assert cron.stop() == 0
    assert platform.database.value("select count(*) from state.devices where imei not like '860000%%'") > 0
    assert_nothing_lost(platform, load)
