"""Jobs and how they fared: in memory for /health/cron, in events.jobs for everybody else.

Each job runs by itself, so that a slow or failing one delays no other. Owns events.jobs.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg_pool import AsyncConnectionPool

from fleet import clock
from fleet.db import Connection, borrowed
from fleet.errors import DatabaseUnavailable, FleetError
from fleet.observe import log

Work = Callable[[], Awaitable[int]]
"""What a job does. Gives the rows that it brought. Errors: CannotBegin, or what went wrong."""


class CannotBegin(FleetError):
    """A job lacks what it needs to begin with: neither a success nor a failure, and worth another try soon."""


@dataclass(frozen=True, slots=True)
class JobName:
    """A job, and the account that it is for, if it is for one."""

    job: str
    account: str = ""

    def __str__(self) -> str:
        return f"{self.job} {self.account}".rstrip()


@dataclass(slots=True)
class JobRecord:
    """When a job last started, last succeeded, what it brought, and how often in a row it failed."""

    started_at: datetime | None = None
    succeeded_at: datetime | None = None
    brought: int = 0
    failures_in_a_row: int = 0
    problem: str | None = None
    waits_for: str | None = None
    """What the last run lacked to begin with."""

    def fail(self, problem: str) -> None:
        """Enter a failure."""
        self.failures_in_a_row += 1
        self.problem, self.waits_for = problem, None

    def succeed(self, at: datetime, brought: int) -> None:
        """Enter a success."""
        self.succeeded_at, self.brought = at, brought
        self.failures_in_a_row, self.problem, self.waits_for = 0, None, None

    def wait(self, what_for: str) -> None:
        """Enter that it could not begin."""
        self.failures_in_a_row, self.problem, self.waits_for = 0, None, what_for


@dataclass(slots=True)
class Jobs:
    """The records of all jobs of a process."""

    pool: AsyncConnectionPool[Connection]
    records: dict[JobName, JobRecord] = field(default_factory=dict)

    async def successes(self) -> dict[JobName, datetime]:
        """When jobs succeeded that this or an earlier process ran. Errors: DatabaseUnavailable."""
        async with borrowed(self.pool) as db:
            rows = await db.execute("select job, account, succeeded_at from events.job_successes()")
            return {JobName(job, account): at for job, account, at in await rows.fetchall()}

    async def keep_only(self, names: Iterable[JobName]) -> None:
        """Forget jobs that are scheduled no more. Errors: DatabaseUnavailable."""
        kept = list(names)
        async with borrowed(self.pool) as db:
            columns = [name.job for name in kept], [name.account for name in kept]
            await db.execute("select events.keep_jobs(%s, %s)", columns)

    async def run(self, name: JobName, interval_s: int, work: Work) -> JobRecord:
        """Run a job once: whatever it raises goes on record and to the log."""
        record = self.records.setdefault(name, JobRecord())
        record.started_at = clock.now()
        await self._note("note_job_start", name, interval_s, record.started_at)
        try:
            brought = await work()
        except CannotBegin as lacking:
            record.wait(str(lacking))
            await self._note("note_job_wait", name, clock.now(), record.waits_for)
        except Exception as failed:
            record.fail(str(failed) if isinstance(failed, FleetError) else type(failed).__name__)
            unexpected = None if isinstance(failed, FleetError) else failed
            log.warning("job_failed", job=str(name), reason=record.problem, exc_info=unexpected)
            await self._note("note_job_end", name, clock.now(), None, record.problem)
        else:
            record.succeed(clock.now(), brought)
            await self._note("note_job_end", name, record.succeeded_at, record.brought, None)
        return record

    async def _note(self, function: str, name: JobName, *values: object) -> None:
        """Write to events.jobs; a record that cannot be written must not fail the job."""
        places = ", ".join(["%s"] * (2 + len(values)))
        try:
            async with borrowed(self.pool) as db:
                await db.execute(f"select events.{function}({places})".encode(), (name.job, name.account, *values))
        except DatabaseUnavailable as away:
            log.warning("job_not_noted", job=str(name), reason=str(away))

    def report(self) -> dict[str, Any]:
        """The records as JSON, times in UTC."""
        return {
            str(name): {
                "started_at": record.started_at and record.started_at.isoformat(),
                "succeeded_at": record.succeeded_at and record.succeeded_at.isoformat(),
                "brought": record.brought,
                "failures_in_a_row": record.failures_in_a_row,
                "problem": record.problem,
                "waits_for": record.waits_for,
            }
            for name, record in sorted(self.records.items(), key=lambda pair: str(pair[0]))
        }
