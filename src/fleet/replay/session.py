"""The connection of a replay: one at a time in a database, and gone when its process is."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from fleet.errors import FleetError
from fleet.migrate import SyncConnection, connect

WAIT_FOR_ANOTHER = "15s"


class ReplayBusy(FleetError):
    """Another replay, verification or parsing of old rows is under way."""


@contextmanager
def alone(owner_url: str) -> Iterator[SyncConnection]:
    """The owner's connection, holding the lock that keeps replays apart. Errors: ReplayBusy, DatabaseUnavailable."""
    with connect(owner_url) as owner:
        owner.execute("set application_name = 'fleet-replay'")
        owner.execute("set client_connection_check_interval = '1s'")  # a killed replay holds its lock no longer
        owner.execute("select set_config('lock_timeout', %s, false)", (WAIT_FOR_ANOTHER,))
        try:
            owner.execute("select pg_advisory_lock(4201, 5)")
        except psycopg.errors.LockNotAvailable as busy:
            raise ReplayBusy("Another replay, verification or reparse is under way: wait for its end.") from busy
        owner.execute("reset lock_timeout")
        yield owner
