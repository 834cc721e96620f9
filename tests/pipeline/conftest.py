"""A gateway that stands for a whole module: its tests read what they appended themselves."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from fixtures.database import Database, administer
from fixtures.roles import Platform
from fleet.local.cluster import Cluster

MakePlatform = Callable[[], Platform]


@contextmanager
def standing_platform(cluster: Cluster, template: Database, paths: pytest.TempPathFactory) -> Iterator[Platform]:
    """A database and its roles for as long as a module's tests run."""
    database = Database(f"fleet_{secrets.token_hex(4)}", cluster)
    administer(cluster, "create database {} template {}", database.name, template.name)
    made = Platform(database, paths.mktemp("standing"))
    yield made
    for process in made.started:
        process.kill()
    administer(cluster, "drop database {} with (force)", database.name)


@pytest.fixture(scope="module")
def standing(cluster: Cluster, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform of the module's own; it starts the roles that it needs."""
    with standing_platform(cluster, template, tmp_path_factory) as made:
        yield made
