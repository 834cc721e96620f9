"""The import commands as an operator calls them, and a registry to compare with."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fixtures.database import Database, administer
from fixtures.shared_data import ROOT
from fleet.local.cluster import Cluster

Told = subprocess.CompletedProcess[str]


def fleet_import(database: Database, *words: str) -> Told:
    """Run `fleet import …` to its end."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "JIMI_"))}
    return subprocess.run(
        [sys.executable, "-m", "fleet", "import", *words],
        env={**environment, **database.environment, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def registry(cluster: Cluster, template: Database) -> Iterator[Database]:
    """An empty database of the module's own; its tests leave nothing behind."""
    database = Database(f"fleet_{secrets.token_hex(4)}", cluster)
    administer(cluster, "create database {} template {}", database.name, template.name)
    yield database
    administer(cluster, "drop database {} with (force)", database.name)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], str]:
    """Writes a file to import; gives its path."""

    def write(text: str) -> str:
        path = tmp_path / "import"
        path.write_text(text)
        return str(path)

    return write
