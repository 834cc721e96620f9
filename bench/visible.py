"""From a push to its dot: marker fixes among 500 pushes a second, watched for in the live table."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from statistics import quantiles
from typing import Any

import httpx
import psycopg

from bench.bodies import fix, imei_of, push_body, whole_second
from bench.platform import BenchFailed, Database, Platform, Process
from bench.report import Figure
from fleet.paths import ROOT

FIXES_PER_S = 500
MARKERS = 200
SETTLE_S = 2.0
LOOK_EVERY_S = 0.003
GIVE_UP_S = 10.0
MARKER_DEVICE = 90_000_000
RECEIVED = "select max(id) from events.raw"
SEEN = "select from state.live_positions where imei = %s and fixed_at = %s"


def visible(platform: Platform) -> Iterator[Figure]:
    """push_to_visible_p95_ms: from the first byte sent to the row that another session reads."""
    with (
        platform.database() as database,
        platform.role("gateway", database) as gateway,
        platform.role("worker", database),
        background_load(gateway, database),
        database.connect() as reader,
        httpx.Client(base_url=gateway.url) as client,
    ):
        delays_ms = [1000 * marker_delay_s(client, reader, MARKER_DEVICE + n) for n in range(MARKERS)]
    percentiles = quantiles(delays_ms, n=100)
    yield Figure("push_to_visible_p95_ms", percentiles[94], "ms", MARKERS)
    yield Figure("push_to_visible_p50_ms", percentiles[49], "ms", MARKERS)


@contextmanager
def background_load(gateway: Process, database: Database) -> Iterator[None]:
    """Pushes of one fix each, in a process of its own, until the context ends. Errors: BenchFailed when they lagged."""
    options = {"--port": gateway.port, "--seconds": 600, "--items": 1, "--connections": 16, "--per-second": FIXES_PER_S}
    words = [str(word) for option in options.items() for word in option]
    load = subprocess.Popen([sys.executable, "-m", "bench.load", *words], cwd=ROOT)
    try:
        time.sleep(SETTLE_S)
        started, before = time.monotonic(), database.value(RECEIVED)
        yield
        arrived_per_s = (database.value(RECEIVED) - before) / (time.monotonic() - started)
    finally:
        load.kill()
        load.wait()
    if arrived_per_s < FIXES_PER_S:
        raise BenchFailed(f"only {arrived_per_s:.0f} pushes/s arrived, not {FIXES_PER_S}")


def marker_delay_s(client: httpx.Client, reader: psycopg.Connection[Any], device: int) -> float:
    """Push a fix of a device that nobody knows, at any moment of the load's rhythm, and wait to see it."""
    time.sleep(random.uniform(0, 0.05))
    fixed_at = whole_second()
    started = time.perf_counter()
    client.post("/push/jimi/pushgps", content=push_body([fix(device, fixed_at)])).raise_for_status()
    wait_seen(reader, imei_of(device), fixed_at)
    return time.perf_counter() - started


def wait_seen(reader: psycopg.Connection[Any], imei: str, fixed_at: datetime) -> None:
    """Look every few milliseconds. Errors: BenchFailed when it does not come."""
    deadline = time.monotonic() + GIVE_UP_S
    while reader.execute(SEEN, (imei, fixed_at)).fetchone() is None:
        if time.monotonic() > deadline:
            raise BenchFailed(f"the fix of {imei} was not seen within {GIVE_UP_S:g} s")
        time.sleep(LOOK_EVERY_S)
