"""A database whose fleet, fixes and folds a test makes as the platform does."""

from collections.abc import Iterator

import pytest

from fixtures.database import Database
from trips.fleet import Fleet


@pytest.fixture
def fleet(database: Database) -> Iterator[Fleet]:
    """An empty log, and whoever writes to it."""
    with database.connect("superuser") as db:
        yield Fleet(database, db)
