"""A project folder to run the platform in, and the running `fleet up` as its user sees it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fleet.local.processes import is_alive, wait_gone

RUNNER = Path(__file__).with_name("up_with_stand_in.py")
SOURCES = Path(__file__).resolve().parents[2] / "src"


class Project:
    """A folder with a `.fleet` in it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.up_json = folder / ".fleet" / "up.json"
        self._wishes = folder / "stand_in"
        self._wishes.mkdir(exist_ok=True)

    def up(self, **options: Any) -> "Up":
        return Up(self, {"port": self.port, **options})

    def wish(self, name: str) -> Path:
        """Tell the stand-in what is to go wrong."""
        path = self._wishes / name
        path.touch()
        return path

    def commands(self) -> list[str]:
        """What the stand-in was called with."""
        path = self._wishes / "ran"
        return path.read_text().splitlines() if path.exists() else []

    def forget(self) -> None:
        for path in self._wishes.iterdir():
            path.unlink()

    def document(self) -> dict[str, Any]:
        return json.loads(self.up_json.read_text())

    def pids(self) -> dict[str, list[int]]:
        return self.document()["pids"]


class Up:
    """One `fleet up`. Its lines are read as they come."""

    def __init__(self, project: Project, options: dict[str, Any]) -> None:
        self.project = project
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, str(RUNNER), str(project.folder), json.dumps(options)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": str(SOURCES)},
            start_new_session=True,
        )

    def until_line(self, part: str) -> str:
        """Wait for a line that contains the text."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line)
            if part in line:
                return line
        raise AssertionError(f"no line with {part!r} in:\n{''.join(self.lines)}")

    def ready(self) -> "Up":
        self.until_line("Ctrl-C stops everything")
        return self

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.process.pid, number)

    def end(self) -> tuple[int, str]:
        """Wait for the end; exit code and everything that was said."""
        rest, _ = self.process.communicate(timeout=30)
        return self.process.returncode, "".join(self.lines) + rest

    def interrupted(self) -> tuple[int, str]:
        self.signal(signal.SIGINT)
        return self.end()


def all_pids(pids: dict[str, list[int]]) -> list[int]:
    return [pid for of_a_kind in pids.values() for pid in of_a_kind]


def still_alive(pids: list[int], within_s: float = 0) -> list[int]:
    for pid in pids:
        wait_gone(pid, within_s)
    return [pid for pid in pids if is_alive(pid)]


def until(condition: Callable[[], bool], within_s: float) -> float:
    """Seconds until the condition holds; for what gives no signal."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < within_s, "it did not come to pass"
        time.sleep(0.01)
    return time.monotonic() - started
