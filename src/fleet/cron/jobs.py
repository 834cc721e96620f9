"""Jobs and how they fared: each runs by itself, so that a slow or failing one delays no other."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fleet import clock
from fleet.errors import FleetError
from fleet.observe import log


@dataclass(slots=True)
class JobRecord:
    """When a job last started, last succeeded, what it brought, and how often in a row it failed."""

    started_at: datetime | None = None
    succeeded_at: datetime | None = None
    brought: int = 0
    failures_in_a_row: int = 0
    problem: str | None = None


@dataclass(slots=True)
class Jobs:
    """The records of all jobs of a process, by name."""

    records: dict[str, JobRecord] = field(default_factory=dict)

    def recorded(self, name: str, work: Callable[[], Awaitable[int]]) -> Callable[[], Awaitable[bool]]:
        """`work` as a job: whatever it raises goes on record and to the log. Tells whether it succeeded."""
        record = self.records.setdefault(name, JobRecord())

        async def run() -> bool:
            record.started_at = clock.now()
            try:
                record.brought = await work()
            except Exception as failed:
                record.failures_in_a_row += 1
                record.problem = str(failed) if isinstance(failed, FleetError) else type(failed).__name__
                unexpected = None if isinstance(failed, FleetError) else failed
                log.warning("job_failed", job=name, reason=record.problem, exc_info=unexpected)
                return False
            record.succeeded_at = clock.now()
            record.failures_in_a_row = 0
            record.problem = None
            return True

        return run

    def report(self) -> dict[str, Any]:
        """The records as JSON, times in UTC."""
        return {
            name: {
                "started_at": record.started_at and record.started_at.isoformat(),
                "succeeded_at": record.succeeded_at and record.succeeded_at.isoformat(),
                "brought": record.brought,
                "failures_in_a_row": record.failures_in_a_row,
                "problem": record.problem,
            }
            for name, record in sorted(self.records.items())
        }
