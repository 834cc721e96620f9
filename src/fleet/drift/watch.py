"""The worker's drift stage: every few seconds a bounded look at what came in, beside the parser and never before it.

One worker at a time gets to keep its look: the cursor is compared before it is moved.
"""

import asyncio

import psycopg
from psycopg_pool import AsyncConnectionPool

from fleet.db import UNREACHABLE, Connection, borrowed, first_line
from fleet.drift import store
from fleet.drift.finding import Report
from fleet.drift.look import Known, look
from fleet.drift.paths import Row
from fleet.drift.relations import Relations
from fleet.errors import DatabaseUnavailable
from fleet.observe import log
from fleet.parser import Limits

LOOK_EVERY_S = 10.0
FAILED_PAUSE_S = 30.0


class DriftWatch:
    """Drift as seen from one worker."""

    def __init__(self, pool: AsyncConnectionPool[Connection], limits: Limits, every_s: float = LOOK_EVERY_S) -> None:
        self._pool = pool
        self._limits = limits
        self._every_s = every_s
        self._relations = Relations()
        self.problem: str | None = None
        """Why the last look failed; None when it did not."""

    async def run(self) -> None:
        """Look again and again until cancelled; a look that fails stops nothing else."""
        while True:
            try:
                await self.look()
            except (*UNREACHABLE, DatabaseUnavailable) as lost:
                log.warning("drift_interrupted", reason=first_line(lost))
            except psycopg.Error as refused:
                self.problem = first_line(refused)
                log.error("drift_refused", reason=self.problem)
                await asyncio.sleep(FAILED_PAUSE_S)
            await asyncio.sleep(self._every_s)

    async def look(self) -> Report:
        """One look at what came since the last. Gives what it found."""
        async with borrowed(self._pool) as db:
            now, then, rows = await store.next_rows(db)
            if not rows:
                return Report()
            held = await store.known(db)
            report = Report(await store.unresolved(db))
        try:
            await asyncio.to_thread(look, rows, held, self._relations, self._limits, report)
            if not await self._keep((now, then), held, rows, report):
                return Report()
        except (*UNREACHABLE, DatabaseUnavailable):
            raise
        except Exception as fault:
            # Rows that cannot be digested are passed over: to look at them again would come to the same, and
            # a fault of ours here must not end the worker.
            self.problem = f"rows {now + 1} to {then} were passed over: {type(fault).__name__}"
            log.error("drift_rows_passed_over", after_id=now, up_to_id=then, exc_info=fault)
            await self._keep((now, then), Known(), [], Report())
            return Report()
        self.problem = None
        _tell_new(report)
        return report

    async def _keep(self, cursor: tuple[int, int], held: Known, rows: list[Row], report: Report) -> bool:
        async with borrowed(self._pool) as db:
            return await store.keep(db, cursor, held, rows, report)


def _tell_new(report: Report) -> None:
    for finding in report.findings.values():
        if finding.key not in report.unresolved:
            log.warning("drift_found", kind=finding.kind, sentence=finding.sentence, raw_ids=finding.raw_ids)
