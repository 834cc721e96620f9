"""One process that the supervisor keeps: tethered, logged, asked for its health, ended with its group."""

import asyncio
import http.client
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fleet.local.processes import send, tethered


@dataclass(frozen=True)
class Role:
    """How to run one process: `name` is shown and names its log, `kind` is the job that it does."""

    kind: str
    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    health_port: int


class Child:
    """The process of a role, at most one at a time. It dies with the supervisor."""

    def __init__(self, role: Role, log_path: Path, folder: Path) -> None:
        self.role = role
        self.log_path = log_path
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if running and self._process else None

    def start(self) -> None:
        """Start the process in a group of its own; call it from the thread that supervises."""
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603
                tethered(self.role.command, "KILL"),
                cwd=self._folder,
                env=dict(self.role.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def ended(self) -> str:
        """Wait for the end of the process, take the rest of its group down and say how it ended."""
        if self._process is None:
            return "does not run"
        await process_end(self._process.pid)
        code = self._process.wait()
        self.kill()
        self._process = None
        return f"ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"

    def terminate(self) -> None:
        """Ask the process to stop."""
        if self.pid:
            send(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """Kill the process and its whole group."""
        if self._process:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return

    async def is_healthy(self) -> bool:
        """Whether `/health/<kind>` answers 200."""
        if self.pid is None:
            return False
        return await asyncio.to_thread(_answers, self.role.health_port, f"/health/{self.role.kind}")

    def log_tail(self, lines: int = 12) -> str:
        """The last lines that the process wrote."""
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])


async def process_end(pid: int | None) -> None:
    """Wait until a process, a child or not, has ended."""
    if pid is None:
        return
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(handle, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(handle)
        os.close(handle)


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
