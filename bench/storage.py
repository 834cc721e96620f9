"""What a fix costs on disk, indexes included, in each table that keeps it, and once its chunk is compressed."""

from collections.abc import Iterator
from datetime import timedelta

from bench.backlog import drained_after_s, fill, fix_bodies
from bench.bodies import whole_second
from bench.platform import Database, Platform
from bench.report import Figure

DEVICES = 50
TIMES = 1000  # of one device in a chunk: TimescaleDB compresses so many rows together
FIXES = DEVICES * TIMES
ITEMS_PER_BODY = 2
AGE = timedelta(days=45)  # of the fixes: what is younger is not compressed
TABLES = {"raw": "events.raw", "parsed": "events.parsed", "history": "state.position_history"}
COMPRESS_NEXT = "select series.compress_next('state.position_history')"


def storage(platform: Platform) -> Iterator[Figure]:
    """bytes_per_fix_raw, _parsed, _history; _compressed, of the history, where the server compresses."""
    with platform.database() as database, platform.role("worker", database):
        empty = sizes(database)
        fill(database, fix_bodies(range(DEVICES), TIMES, ITEMS_PER_BODY, whole_second() - AGE))
        drained_after_s(database)
        grown = {name: (size - empty[name]) / FIXES for name, size in sizes(database).items()}
        for name, of_fix in grown.items():
            yield Figure(f"bytes_per_fix_{name}", of_fix, "bytes", FIXES)
        if compressed(database):
            packed = (sizes(database)["history"] - empty["history"]) / FIXES
            ratio = packed / grown["history"]
            yield Figure("bytes_per_fix_compressed", packed, "bytes", FIXES, ratio, "bytes_per_fix_history")


def sizes(database: Database) -> dict[str, float]:
    """Bytes of each table."""
    return {name: float(database.value(f"select series.bytes('{table}')")) for name, table in TABLES.items()}


def compressed(database: Database) -> bool:
    """Compresses the history as cron does, and says whether anything was: native partitions have no compression."""
    return bool(list(iter(lambda: database.value(COMPRESS_NEXT), None)))
