"""A backlog: bodies appended to the log in large batches while the worker that is to read them stands still."""

import asyncio
import itertools
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from bench.bodies import Item, alarm, fix, heartbeat, push_body, stream
from bench.platform import BenchFailed, Database, Process
from fleet.db import connect
from fleet.log.append import Entry, append

ENTRIES_PER_BATCH = 1000
LOOK_EVERY_S = 0.1
WAITING = "select waiting from events.lag() where stage <> 'vehicle_days'"
MAKERS: dict[str, Callable[[int, datetime], Item]] = {"pushgps": fix, "pushhb": heartbeat, "pushalarm": alarm}


def entry(topic: str, body: bytes, source: str = "jimi.push", meta: str = "{}") -> Entry:
    """A body as the gateway would append it."""
    return Entry(source, 1, topic, "application/x-www-form-urlencoded", body, meta, "jimi")


def fleet_bodies(items: int, devices: int, items_per_body: int, ends_at: datetime) -> Iterator[Entry]:
    """What a fleet of so many devices pushes, by topic in bodies of so many items."""
    waiting: dict[str, list[Item]] = {topic: [] for topic in MAKERS}
    for topic, device, at in stream(items, devices, ends_at):
        waiting[topic].append(MAKERS[topic](device, at))
        if len(waiting[topic]) == items_per_body:
            yield entry(topic, push_body(waiting[topic]))
            waiting[topic] = []
    yield from (entry(topic, push_body(rest)) for topic, rest in waiting.items() if rest)


def fix_bodies(devices: range, times: int, items_per_body: int, ends_at: datetime) -> Iterator[Entry]:
    """Fixes alone, so many of each device."""
    for back in reversed(range(times)):
        at = ends_at - timedelta(seconds=10 * back)
        for first in devices[::items_per_body]:
            fixes = [fix(device, at) for device in range(first, min(first + items_per_body, devices.stop))]
            yield entry("pushgps", push_body(fixes))


def fill(database: Database, entries: Iterator[Entry]) -> None:
    """Append all of them through the product's append function."""
    asyncio.run(_fill(database.urls.by_name["push"], entries))


async def _fill(url: str, entries: Iterator[Entry]) -> None:
    async with await connect(url, "bench-fill") as connection:
        while batch := list(itertools.islice(entries, ENTRIES_PER_BATCH)):
            await append(connection, batch)


@contextmanager
def standing_still(process: Process) -> Iterator[None]:
    """The process does nothing within the context."""
    os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGCONT)


def drained_after_s(database: Database, within_s: float = 300, almost: int = 0) -> float:
    """Seconds until no stage has more than `almost` rows to parse or facts to fold. Errors: BenchFailed.

    Vehicle-days do not count: they are folded a minute after their fixes by design.
    """
    started = time.monotonic()
    with database.connect() as connection:
        while any(waiting > almost for (waiting,) in connection.execute(WAITING)):
            if time.monotonic() > started + within_s:
                raise BenchFailed(f"the backlog was not drained within {within_s:g} s")
            time.sleep(LOOK_EVERY_S)
    return time.monotonic() - started
