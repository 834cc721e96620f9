"""Raw rows to facts: claim a range, parse it, and end the claim with what it came to.

Reads events.raw; writes events.parsed, events.rejected, events.claims, events.ledger.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool

from fleet import parser
from fleet.db import Connection, borrowed, first_line
from fleet.model import Raw
from fleet.observe import log
from fleet.parser import Limits
from fleet.pipeline.outcome import Outcome, fact_rows, rejection_rows

MAX_ROWS = 500
MAX_BYTES = 2_000_000
LEASE = timedelta(seconds=10)

CLAIM = "select claim_id, after_id, up_to_id, since from events.claim_raw(%s, %s::smallint, %s, %s, %s)"
READ = (
    "select id, received_at, source, topic, content_type, body, request_meta"
    " from events.raw where id > %s and id <= %s and received_at >= %s order by id"
)
UNSTORABLE = (psycopg.DataError, psycopg.IntegrityError)
FINISH = "select events.finish_claim(%s, %s, %s::jsonb, %s::jsonb)"


class ParseStage:
    """One parser; any number of them, in any number of processes, share the log by claims."""

    def __init__(self, pool: AsyncConnectionPool[Connection], worker: str, limits: Limits) -> None:
        self._pool = pool
        self._worker = worker
        self._limits = limits
        self.raw_rows_parsed = 0

    async def drain(self) -> bool:
        """Parse one range. False when there was nothing to do."""
        async with borrowed(self._pool) as db:
            claim = await (
                await db.execute(CLAIM, (self._worker, parser.VERSION, MAX_ROWS, MAX_BYTES, LEASE))
            ).fetchone()
            if claim is None:
                return False
            claim_id, *rows = claim
            outcomes = await self._parse_range(db, rows)
            try:
                await self._finish(db, claim_id, outcomes)
            except psycopg.errors.LockNotAvailable as lost:
                log.warning("claim_lost", claim_id=claim_id, reason=first_line(lost))
            except UNSTORABLE as refused:
                log.error("facts_refused_by_database", after_id=rows[0], reason=first_line(refused))
                await self._finish(db, claim_id, await self._without_poison(db, claim_id, outcomes))
            self.raw_rows_parsed += len(outcomes)
            return True

    async def _parse_range(self, db: Connection, rows: Sequence[Any]) -> list[Outcome]:
        cursor = await db.execute(READ, rows, binary=True)
        raws = (Raw(*row) for row in await cursor.fetchall())
        return [Outcome(raw.id, parser.parse(raw, self._limits)) for raw in raws]

    async def _finish(self, db: Connection, claim_id: int, outcomes: list[Outcome]) -> None:
        """Errors: LockNotAvailable when the lease was lost, UNSTORABLE when a row cannot be stored."""
        await db.execute(FINISH, (claim_id, self._worker, fact_rows(outcomes), rejection_rows(outcomes)))

    async def _without_poison(self, db: Connection, claim_id: int, outcomes: list[Outcome]) -> list[Outcome]:
        """The outcomes with each fact that the database refuses turned into a rejection of its item (P7)."""
        return [
            outcome
            if await self._refusal(db, claim_id, outcome) is None
            else outcome.less_refused(await self._refusals(db, claim_id, outcome))
            for outcome in outcomes
        ]

    async def _refusals(self, db: Connection, claim_id: int, outcome: Outcome) -> dict[int, str]:
        """Which facts of an outcome that cannot be stored whole cannot be stored at all, by their place, and why."""
        tried = [await self._refusal(db, claim_id, alone) for alone in outcome.one_by_one]
        return {place: refusal for place, refusal in enumerate(tried) if refusal is not None}

    async def _refusal(self, db: Connection, claim_id: int, outcome: Outcome) -> str | None:
        """Why the database refuses to store an outcome; None when it does not. Nothing is stored."""
        try:
            async with db.transaction(force_rollback=True):
                await self._finish(db, claim_id, [outcome])
        except UNSTORABLE as refused:
            return first_line(refused)
        return None
