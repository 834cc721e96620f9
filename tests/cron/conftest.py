"""A database and roles that stand for a whole module; a desk for each test."""

import secrets
from collections.abc import AsyncIterator, Iterator

import pytest

from cron.desk import Office, open_office
from fixtures.database import Database, administer
from fixtures.roles import Platform
from fleet.local.cluster import Cluster


@pytest.fixture(scope="module")
def standing(cluster: Cluster, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform of the module's own; it starts the roles that it needs."""
    database = Database(f"fleet_{secrets.token_hex(4)}", cluster)
    administer(cluster, "create database {} template {}", database.name, template.name)
    made = Platform(database, tmp_path_factory.mktemp("standing"))
    yield made
    for process in made.started:
        process.kill()
    administer(cluster, "drop database {} with (force)", database.name)


@pytest.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    """A desk of cron's in front of a vendor."""
    async with open_office(database) as made:
        yield made
