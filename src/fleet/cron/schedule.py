"""When jobs run: each at its interval, sooner after a failure, and after a restart where it left off."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from fleet import clock
from fleet.cron.jobs import JobName, JobRecord, Jobs, Work

RETRY_AFTER_S = 60
TIDY_UP_WITHIN_S = 2


class Schedule:
    """The jobs of the process. One that still runs when it is due again is not started beside itself."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._wanted: set[JobName] = set()
        self._running: set[asyncio.Task[None]] = set()
        self.names: set[JobName] = set()
        # A job that is still running when it is due again is nothing to be told about each time.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def start(self) -> None:
        """Begin; jobs may be added before and after."""
        self._scheduler.start()

    async def stop(self) -> None:
        """Start no more jobs; those that run are cancelled and have a moment to tidy up."""
        self._scheduler.shutdown(wait=False)
        if self._running:
            await asyncio.wait(self._running, timeout=TIDY_UP_WITHIN_S)

    def every(self, interval_s: int, name: JobName, work: Work, succeeded_at: datetime | None = None) -> None:
        """Run a job each `interval_s` seconds, beginning now or when it is due after its last success.

        Once scheduled it stays as it is. An interval of 0 is no schedule.
        """
        if interval_s == 0 or self._scheduler.get_job(str(name)) is not None:
            return

        async def run() -> None:
            self._wanted.discard(name)
            with self._entered(), suppress(asyncio.CancelledError):
                record = await self._jobs.run(name, interval_s, work)
                retry_s = 0 if name in self._wanted else _retry_s(record, interval_s)
                if retry_s is not None:
                    self._bring_forward(name, retry_s)

        self.names.add(name)
        first = clock.now()
        if succeeded_at is not None:
            first = max(first, succeeded_at + timedelta(seconds=interval_s))
        self._scheduler.add_job(run, "interval", seconds=interval_s, id=str(name), next_run_time=first)

    def now(self, name: JobName) -> None:
        """Run a job as soon as may be, if it is scheduled; one that runs, once more after it."""
        self._wanted.add(name)
        self._bring_forward(name, 0)

    def remove(self, name: JobName) -> None:
        """Run a job no more, and forget how it fared."""
        if self._scheduler.get_job(str(name)) is not None:
            self._scheduler.remove_job(str(name))
        self._jobs.records.pop(name, None)
        self.names.discard(name)

    @contextmanager
    def _entered(self) -> Iterator[None]:
        """The current task is on the list of those that run."""
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            yield
        finally:
            self._running.discard(task)

    def _bring_forward(self, name: JobName, seconds: float) -> None:
        job = self._scheduler.get_job(str(name))
        sooner = clock.now() + timedelta(seconds=seconds)
        if job is not None and job.next_run_time > sooner:
            job.modify(next_run_time=sooner)


def _retry_s(record: JobRecord, interval_s: int) -> float | None:
    """After how long to try again: a minute after a failure, longer after several; None: at its interval."""
    if record.failures_in_a_row:
        return float(min(RETRY_AFTER_S * 2 ** min(record.failures_in_a_row - 1, 10), interval_s))
    return float(min(RETRY_AFTER_S, interval_s)) if record.waits_for else None
