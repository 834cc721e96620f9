"""Tables made anew from the log, from the first fact to the swap, while nothing else runs."""

import io
import time
from collections.abc import Iterator
from statistics import median

from bench.backlog import drained_after_s, fill, fix_bodies
from bench.bodies import whole_second
from bench.platform import Database, Platform
from bench.report import Figure
from fleet.migrate import connect
from fleet.replay.log_reach import ACTIVE_FACTS
from fleet.replay.progress import Progress
from fleet.replay.rebuild import rebuild
from fleet.replay.units import chosen

DEVICES = 2000
TIMES = 200
MANY_TIMES = 5000
ITEMS_PER_BODY = 20
ROUNDS = 3
DRAINED_WITHIN_S = 3600.0
TABLES = {"live": "live_positions", "history": "position_history"}


def rebuilds(platform: Platform) -> Iterator[Figure]:
    """rebuild_live_items_per_s, rebuild_history_items_per_s: fixes a second."""
    yield from of_a_log(platform, TIMES, ROUNDS, "items_per_s")


def large_rebuilds(platform: Platform) -> Iterator[Figure]:
    """The same of 10 million events."""
    yield from of_a_log(platform, MANY_TIMES, 1, "items_per_s_10m")


def of_a_log(platform: Platform, times: int, rounds: int, unit: str) -> Iterator[Figure]:
    """The figures of a log in which each device has so many fixes."""
    fixes = DEVICES * times
    with platform.database() as database:
        with platform.role("worker", database):
            fill(database, fix_bodies(range(DEVICES), times, ITEMS_PER_BODY, whole_second()))
            drained_after_s(database, DRAINED_WITHIN_S)
        for name, table in TABLES.items():
            rates = [fixes / rebuilt_after_s(database, table) for _ in range(rounds)]
            yield Figure(f"rebuild_{name}_{unit}", median(rates), "/s", fixes)


def rebuilt_after_s(database: Database, table: str) -> float:
    """Seconds until a table of state that was built anew is in place."""
    with connect(database.urls.by_name["owner"]) as owner:
        started = time.monotonic()
        for unit in chosen(table):
            rebuild(owner, unit, ACTIVE_FACTS, Progress(unit.table, stream=io.StringIO()))
        return time.monotonic() - started
