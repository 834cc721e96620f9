"""Group commit: entries that wait together are one call of `events.append_raw` and one COMMIT.

An entry's caller is answered after the commit that holds it (P1). Writes events.raw.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

import psycopg

from fleet.db import UNREACHABLE, Connection, connect, first_line, probe, refuse_unsafe
from fleet.errors import DatabaseUnavailable
from fleet.observe import log

MAX_BATCH_ENTRIES = 1000
MAX_BATCH_BYTES = 8_000_000
MAX_WAITING_BYTES = 64_000_000
ANSWER_WITHIN_S = 8.0
RECONNECT_EVERY_S = 0.25
PROBE_EVERY_S = 5.0

APPEND = "select events.append_raw(%b::text[], %b::int4[], %b::text[], %b::text[], %b::bytea[], %b::text[], %b::text[])"


class Entry(NamedTuple):
    """One row of events.raw before it has a number. `meta` is JSON text; `body` is already redacted."""

    source: str
    account_id: int
    topic: str
    content_type: str
    body: bytes
    meta: str
    verified_by: str


async def append(connection: Connection, entries: Sequence[Entry]) -> list[int]:
    """Append a batch in its order, in one statement and commit. Returns the ids."""
    cursor = await connection.execute(APPEND, [list(column) for column in zip(*entries, strict=True)])
    row = await cursor.fetchone()
    assert row is not None
    return list(row[0])


class GroupCommit:
    """Appends for many callers at once over one connection. Start with `run`, use `append`."""

    def __init__(self, url: str, application: str) -> None:
        self._url = url
        self._application = application
        self._waiting: deque[tuple[Entry, asyncio.Future[int]]] = deque()
        self._waiting_bytes = 0
        self._bell = asyncio.Event()
        self.available = False

    async def append(self, entry: Entry) -> int:
        """Durable when this returns. Errors: DatabaseUnavailable: nothing was promised, send again."""
        if not self.available or self._waiting_bytes > MAX_WAITING_BYTES:
            raise DatabaseUnavailable("The log cannot be written now. Send it again in a few seconds.")
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, done))
        self._waiting_bytes += len(entry.body)
        self._bell.set()
        return await done

    async def run(self) -> None:
        """Commit batches until cancelled, reconnecting for as long as the database is away."""
        try:
            await self._keep_committing()
        finally:
            self._fail_all(DatabaseUnavailable("This gateway is stopping. Send it again."))

    async def _keep_committing(self) -> None:
        while True:
            try:
                connection = await connect(self._url, self._application)
            except DatabaseUnavailable as away:
                self._fail_all(away)
                await asyncio.sleep(RECONNECT_EVERY_S)
                continue
            try:
                await refuse_unsafe(connection)
                await self._commit_batches(connection)
            except (*UNREACHABLE, psycopg.Error, TimeoutError) as lost:
                log.warning("log_connection_lost", reason=first_line(lost))
                self._fail_all(DatabaseUnavailable("The log connection broke before the commit was confirmed."))
            finally:
                self.available = False
                with contextlib.suppress(*UNREACHABLE):
                    await connection.close()

    async def _commit_batches(self, connection: Connection) -> None:
        self.available = True
        while True:
            try:
                async with asyncio.timeout(PROBE_EVERY_S):
                    await self._bell.wait()
            except TimeoutError:
                await probe(connection)  # an idle log must know that its server is gone
            self._bell.clear()
            while self._waiting:
                await self._commit(connection, self._take_batch())

    async def _commit(self, connection: Connection, batch: list[tuple[Entry, asyncio.Future[int]]]) -> None:
        giving_up = asyncio.get_running_loop().call_later(ANSWER_WITHIN_S, self._give_up, batch)
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                ids = await append(connection, [entry for entry, _ in batch])
        except BaseException:
            self._put_back(batch)
            raise
        finally:
            giving_up.cancel()
        for (_, done), raw_id in zip(batch, ids, strict=True):
            if not done.done():
                done.set_result(raw_id)

    def _give_up(self, batch: list[tuple[Entry, asyncio.Future[int]]]) -> None:
        """Answer everybody now: the driver takes many seconds more to end a statement of a silent server."""
        self.available = False
        self._put_back(batch)
        self._fail_all(DatabaseUnavailable("The log did not confirm the commit in time. Send it again."))

    def _put_back(self, batch: list[tuple[Entry, asyncio.Future[int]]]) -> None:
        self._waiting.extendleft(reversed(batch))
        self._waiting_bytes += sum(len(entry.body) for entry, _ in batch)

    def _take_batch(self) -> list[tuple[Entry, asyncio.Future[int]]]:
        batch: list[tuple[Entry, asyncio.Future[int]]] = []
        taken_bytes = 0
        while self._waiting and len(batch) < MAX_BATCH_ENTRIES and taken_bytes < MAX_BATCH_BYTES:
            pair = self._waiting.popleft()
            taken_bytes += len(pair[0].body)
            batch.append(pair)
        self._waiting_bytes -= taken_bytes
        return batch

    def _fail_all(self, reason: DatabaseUnavailable) -> None:
        while self._waiting:
            _, done = self._waiting.popleft()
            if not done.done():
                done.set_exception(reason)
        self._waiting_bytes = 0
