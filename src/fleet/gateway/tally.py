"""Counts pushes by source and outcome; writes auth.push_tally in batches through the session login."""

from collections import Counter

from psycopg_pool import AsyncConnectionPool

from fleet.db import Connection, borrowed
from fleet.errors import DatabaseUnavailable


class Tally:
    """Outcomes: accepted, refused, probe, too_large, gone, unavailable."""

    def __init__(self) -> None:
        self.since_start: Counter[tuple[str, str]] = Counter()
        self._unwritten: Counter[tuple[str, str]] = Counter()

    def count(self, source: str, outcome: str) -> None:
        """One more push of a source with an outcome."""
        self.since_start[source, outcome] += 1
        self._unwritten[source, outcome] += 1

    async def write(self, pool: AsyncConnectionPool[Connection]) -> None:
        """Add what was counted since the last write; what cannot be written now is kept for the next."""
        pending, self._unwritten = self._unwritten, Counter()
        try:
            async with borrowed(pool) as connection:
                for source, outcome in list(pending):
                    await connection.execute(
                        "select auth.add_push_tally(%s, %s, %s)", (source, outcome, pending[source, outcome])
                    )
                    del pending[source, outcome]
        except DatabaseUnavailable:
            self._unwritten.update(pending)
