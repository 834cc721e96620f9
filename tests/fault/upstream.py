"""An upstream that can go away and come back as a new process with no memory of its tokens."""

import sys

from fixtures.roles import Platform, Process, free_port, wait_until
from fleet.sandbox.options import SandboxOptions

ACCOUNT = SandboxOptions().user_id
CREDENTIALS = {
    "JIMI_APP_KEY": SandboxOptions().app_key,
    "JIMI_APP_SECRET": SandboxOptions().app_secret,
    "JIMI_USER_ID": ACCOUNT,
    "JIMI_USER_PWD_MD5": SandboxOptions().user_pwd_md5,
}
ANSWERED = "select count(*) from events.raw where source = 'jimi.poll' and body like '%%\"code\":0%%'::bytea"


class Upstream:
    """A sandbox on a port of its own."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.process = self._not_yet_started(free_port())
        self.settings = {
            **CREDENTIALS,
            "JIMI_API_URL": f"http://127.0.0.1:{self.process.health_port}/route/rest",
            "POLL_LIVE_POSITIONS_S": "1",
        }

    def _not_yet_started(self, port: int) -> Process:
        process = self._platform.process("sandbox", **CREDENTIALS)
        self._platform.started.remove(process)  # it is no role: the platform's invariants do not ask for its health
        process.command = [sys.executable, "-m", "fleet", "sandbox", "--port", str(port), "--vehicles", "6"]
        process.health_port = port
        return process

    def start(self) -> None:
        """Start, and return when it answers."""
        self.process.launch()
        wait_until(lambda: self.process.health().get("status") == "ok", "the upstream answers")

    def wait_polled(self) -> None:
        """Return when another answer of it is in the log."""
        seen = self._platform.database.value(ANSWERED)
        wait_until(lambda: self._platform.database.value(ANSWERED) > seen, "a poll is in the log")
