"""The live view of small and large fleets: over HTTP as the page asks for it, the largest by SQL."""

import time
from collections.abc import Callable, Iterator
from statistics import median

import httpx

from bench.backlog import drained_after_s, entry, fill, fix_bodies, standing_still
from bench.bodies import vehicles_file, whole_second
from bench.platform import UNLIMITED_VIEWS, Database, Platform
from bench.report import Figure

VEHICLES_PER_FILE = 5000
VIEW = "select convert_to(serve.live_view_text('{}', null, now()), 'UTF8')"


def live(platform: Platform) -> Iterator[Figure]:
    """live_view_ms_160 and _10k over HTTP, _100k by SQL; the fleets are imported and driven like real ones.

    The worker stands still meanwhile: it would be folding the days that the fixes have just marked.
    """
    with (
        platform.database() as database,
        platform.role("worker", database) as worker,
        platform.role("gateway", database, **UNLIMITED_VIEWS) as gateway,
        httpx.Client(base_url=gateway.url) as client,
    ):
        client.headers["authorization"] = f"Bearer {database.token(gateway.url)}"

        def over_http() -> None:
            client.get("/api/views/live", params={"filters": "{}"}).raise_for_status()

        grow(database, range(160))
        with standing_still(worker):
            yield measure("live_view_ms_160", over_http, rounds=100)
        grow(database, range(160, 10_000))
        with standing_still(worker):
            yield measure("live_view_ms_10k", over_http, rounds=25)
            yield by_sql(database, "live_view_sql_ms_10k", rounds=25)
        grow(database, range(10_000, 100_000))
        with standing_still(worker):
            yield by_sql(database, "live_view_ms_100k", rounds=7)


def grow(database: Database, devices: range) -> None:
    """Import vehicles for the devices, and let each send a fix of now."""
    as_of = whole_second()
    files = (devices[n : n + VEHICLES_PER_FILE] for n in range(0, len(devices), VEHICLES_PER_FILE))
    meta = f'{{"as_of": "{as_of.isoformat()}"}}'
    fill(database, (entry("vehicles", vehicles_file(part), "csv", meta) for part in files))
    fill(database, fix_bodies(devices, 1, 10, as_of))
    drained_after_s(database)


def by_sql(database: Database, name: str, rounds: int) -> Figure:
    """The function alone, its answer fetched as the gateway does."""
    with database.connect() as connection:
        return measure(name, lambda: connection.execute(VIEW, binary=True).fetchall(), rounds)


def measure(name: str, ask: Callable[[], object], rounds: int) -> Figure:
    """The median of several rounds, after one that warms up."""
    ask()
    return Figure(name, median(seconds(ask) for _ in range(rounds)) * 1000, "ms", rounds)


def seconds(ask: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started
