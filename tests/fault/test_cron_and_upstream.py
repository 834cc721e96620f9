"""Cron is killed, the upstream goes away and comes back as a new process with no memory of its tokens."""

import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from fixtures.roles import Platform, Process, free_port, wait_until
from fixtures.shared_data import ROOT
from fleet.accounts import add_vendor_account
from fleet.cron.polls import LIVE_POSITIONS
from fleet.sandbox.options import SandboxOptions
from invariants import assert_nothing_lost

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
    def on_a_free_port(cls, platform: Platform, folder: Path) -> "Upstream":
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
