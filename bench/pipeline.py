"""From raw bodies to every table: backlogs drained by one worker process, and what it holds in memory meanwhile."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import median

from bench.backlog import drained_after_s, fill, fleet_bodies, standing_still
from bench.bodies import REPORT_EVERY, whole_second
from bench.platform import Database, Platform, Process
from bench.report import Figure

DEVICES = 2000
ITEMS_PER_BODY = 2
FIRST_ITEMS = 100_000
BACKLOG_ITEMS = 225_000
BACKLOGS = 4


def pipeline(platform: Platform) -> Iterator[Figure]:
    """pipeline_items_per_s and rss_growth_mb: one worker, 100,000 items first, then backlogs up to a million."""
    backlog_spans = REPORT_EVERY * (BACKLOG_ITEMS // DEVICES + 1)
    ends_at = whole_second() - backlog_spans * BACKLOGS
    with platform.database() as database, platform.role("worker", database) as worker:
        drain(database, worker, FIRST_ITEMS, ends_at)
        rss_after_first_mb = worker.rss_mb
        rates = [
            BACKLOG_ITEMS / drain(database, worker, BACKLOG_ITEMS, ends_at + backlog_spans * n)
            for n in range(1, BACKLOGS + 1)
        ]
        grown_mb = worker.rss_mb - rss_after_first_mb
    yield Figure("pipeline_items_per_s", median(rates), "/s", BACKLOG_ITEMS * BACKLOGS)
    yield Figure("rss_growth_mb", grown_mb, "MB", FIRST_ITEMS + BACKLOG_ITEMS * BACKLOGS)


def drain(database: Database, worker: Process, items: int, ends_at: datetime) -> float:
    """Seconds in which the worker drains a backlog that came while it stood still."""
    with standing_still(worker):
        fill(database, fleet_bodies(items, DEVICES, ITEMS_PER_BODY, ends_at - timedelta(seconds=5)))
    return drained_after_s(database)
