"""Databases that stand for a whole module, where its tests leave nothing behind that matters."""

import secrets
from collections.abc import Iterator

import pytest

from fixtures.database import Database, administer
from fleet.local.cluster import Cluster


@pytest.fixture(scope="module")
def standing_database(cluster: Cluster, template: Database) -> Iterator[Database]:
    """A migrated database of the module's own."""
    database = Database(f"fleet_{secrets.token_hex(4)}", cluster)
    administer(cluster, "create database {} template {}", database.name, template.name)
    yield database
    administer(cluster, "drop database {} with (force)", database.name)
