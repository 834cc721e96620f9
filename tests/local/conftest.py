"""Folders that the database server's account can reach, removed with everything that runs in them."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fleet.local import up
from fleet.local.cluster_files import free_port
from local.project import Project


@pytest.fixture(scope="module")
def reachable_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="fleet-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def kept_project(reachable_folder: Path) -> Iterator[Project]:
    """One project for many runs: making a cluster takes a second."""
    project = Project(reachable_folder, free_port())
    yield project
    up.reset(project.folder, yes=True)


@pytest.fixture
def project(kept_project: Project) -> Iterator[Project]:
    kept_project.forget()
    yield kept_project
    up.down(kept_project.folder)
