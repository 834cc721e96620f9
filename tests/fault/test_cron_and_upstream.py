"""Cron is killed, the upstream goes away and comes back as a new process with no memory of its tokens."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from invariants import assert_nothing_lost

from fixtures.roles import Platform, Process, free_port, wait_until
from fleet.admin.accounts import add_vendor_account
from fleet.cron.polls.live_positions import NAME as LIVE_POSITIONS
from fleet.sandbox.options import SandboxOptions

pytestmark = pytest.mark.fault

ACCOUNT = SandboxOptions().user_id
CREDENTIALS = {
    "JIMI_APP_KEY": SandboxOptions().app_key,
    "JIMI_APP_SECRET": SandboxOptions().app_secret,
    "JIMI_USER_ID": ACCOUNT,
    "JIMI_USER_PWD_MD5": SandboxOptions().user_pwd_md5,
}
POLLS = "select count(*) from events.raw where source = 'jimi.poll' and body like '%%\"code\":0%%'::bytea"


@dataclass
class Upstream:
    """A sandbox that can be killed and started again on its port."""

    process: Process

    @classmethod
    def on_a_free_port(cls, platform: Platform) -> "Upstream":
        port = free_port()
        process = platform.process("sandbox", **CREDENTIALS)
        platform.started.remove(process)  # it is no role: the platform's invariants do not ask for its health
        process.command = [sys.executable, "-m", "fleet", "sandbox", "--port", str(port), "--vehicles", "6"]
        process.health_port = port
        return cls(process)

    @property
    def settings(self) -> dict[str, str]:
        """What cron needs to poll it every second."""
        url = f"http://127.0.0.1:{self.process.health_port}/route/rest"
        return {**CREDENTIALS, "JIMI_API_URL": url, "POLL_LIVE_POSITIONS_S": "1"}

    def start(self) -> None:
        """Start, and return when it answers."""
        self.process.launch()
        wait_until(lambda: self.process.health().get("status") == "ok", "the upstream answers")


@pytest.fixture
def upstream(platform: Platform) -> Iterator[Upstream]:
    made = Upstream.on_a_free_port(platform)
    made.start()
    yield made
    made.process.kill()


def test_polls_go_on_after_the_upstream_and_cron_were_away(platform: Platform, upstream: Upstream) -> None:
    add_vendor_account(platform.database.url("owner"), ACCOUNT, "Fleet", polled=True)
    _, cron = platform.start("worker", "cron", **upstream.settings)

    wait_for_polls(platform)
    upstream.process.kill()
    wait_until(lambda: job(cron)["failures_in_a_row"] > 0, "the poll fails")
    assert cron.health()["ok"], "an upstream that is away is not cron's fault"
    upstream.start()
    wait_until(lambda: job(cron)["failures_in_a_row"] == 0, "the poll succeeds again, with a new token")

    cron.kill()
    cron.start()
    wait_for_polls(platform)

    assert cron.stop() == 0
    assert platform.database.value("select count(*) from state.devices") > 0
    assert_nothing_lost(platform)


def wait_for_polls(platform: Platform) -> None:
    """Return when another answer of the upstream is in the log."""
    seen = platform.database.value(POLLS)
    wait_until(lambda: platform.database.value(POLLS) > seen, "a poll is in the log")


def job(cron: Process) -> dict[str, Any]:
    """What cron says of polling live positions."""
    record: dict[str, Any] = cron.health()["jobs"][f"{LIVE_POSITIONS} {ACCOUNT}"]
    return record
