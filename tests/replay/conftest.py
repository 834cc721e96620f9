"""The commands of a replay, as an operator runs them."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from fixtures.database import Database
from fixtures.shared_data import ROOT

Finished = subprocess.CompletedProcess[str]
Fleet = Callable[..., Finished]


def environment(database: Database) -> dict[str, str]:
    """What `fleet` reads."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "JIMI_"))}
    return {**kept, **database.environment, "PYTHONPATH": str(ROOT / "src")}


@pytest.fixture
def fleet(database: Database) -> Fleet:
    """Runs a command of `fleet` to its end."""

    def run(*arguments: str) -> Finished:
        command = [sys.executable, "-m", "fleet", *arguments]
        return subprocess.run(
            command, env=environment(database), cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
        )

    return run


@pytest.fixture
def started(database: Database) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts a command of `fleet` and leaves it to the test; it is dead at the end."""
    running: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        made = subprocess.Popen([sys.executable, "-m", "fleet", *arguments], env=environment(database), cwd=ROOT)
        running.append(made)
        return made

    yield start
    for process in running:
        process.kill()
        process.wait()
