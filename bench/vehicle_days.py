"""Vehicle-days folded and kept by one worker, against the fold of the same fixes without a database."""

import asyncio
import time
from collections.abc import Iterator
from statistics import median

from bench.backlog import drained_after_s, fill, fix_bodies
from bench.bodies import whole_second
from bench.platform import Database, Platform
from bench.report import Figure
from fleet.db import make_pool
from fleet.pipeline.vehicle_days import READ, VEHICLE_DAY_TABLES, VehicleDayStage, told_of

DEVICES = 1000
FIXES_A_DAY = 126
ITEMS_PER_BODY = 20
ROUNDS = 3
HISTORY = "state.position_history"
DAYS = "select vehicle_id, day from state.days_of_history()"


def vehicle_days(platform: Platform) -> Iterator[Figure]:
    """vehicle_days_per_s, ratio to vehicle_days_pure_per_s; the days are written anew in each round."""
    with platform.database() as database:
        with platform.role("worker", database):
            fill(database, fix_bodies(range(DEVICES), FIXES_A_DAY, ITEMS_PER_BODY, whole_second()))
            drained_after_s(database)
        kept = median(asyncio.run(folded_per_s(database)) for _ in range(ROUNDS))
        pure = median(folded_alone_per_s(database) for _ in range(ROUNDS))
    yield Figure("vehicle_days_per_s", kept, "/s", DEVICES, kept / pure, "vehicle_days_pure_per_s")
    yield Figure("vehicle_days_pure_per_s", pure, "/s", DEVICES)


async def folded_per_s(database: Database) -> float:
    """Every day of the history, from the mark to the rows of all tables."""
    with database.connect() as connection:
        connection.execute(f"truncate {', '.join(VEHICLE_DAY_TABLES)}".encode())
        connection.execute("select events.mark_days()")
        connection.execute("update events.days_to_fold set due_at = clock_timestamp()")
    async with make_pool(database.urls.by_name["worker"], "bench-days", 1) as pool:
        stage = VehicleDayStage(pool, "bench")
        started = time.monotonic()
        while await stage.drain():
            pass
        return stage.days_folded / (time.monotonic() - started)


def folded_alone_per_s(database: Database) -> float:
    """The same days, one after the other, their fixes at hand and their rows thrown away."""
    with database.connect() as connection:
        days = connection.execute(DAYS).fetchall()
        fixes = [connection.execute(READ, ([vehicle], [day], HISTORY)).fetchall() for vehicle, day in days]
    started = time.monotonic()
    for day, of_day in zip(days, fixes, strict=True):
        told_of([day], of_day)
    return len(days) / (time.monotonic() - started)
