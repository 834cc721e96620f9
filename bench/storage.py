"""What a fix costs on disk, indexes included, in each table that keeps it."""

from collections.abc import Iterator

from bench.backlog import drained_after_s, fill, fix_bodies
from bench.bodies import whole_second
from bench.platform import Platform
from bench.report import Figure

DEVICES = 2000
TIMES = 25
ITEMS_PER_BODY = 2
TABLES = {"raw": "events.raw", "parsed": "events.parsed", "history": "state.position_history"}
SIZE = "select sum(pg_total_relation_size(relid)) from pg_partition_tree('{}')"


def storage(platform: Platform) -> Iterator[Figure]:
    """bytes_per_fix_raw, _parsed, _history."""
    fixes = DEVICES * TIMES
    with platform.database() as database, platform.role("worker", database):
        empty = {name: database.value(SIZE.format(table)) for name, table in TABLES.items()}
        fill(database, fix_bodies(range(DEVICES), TIMES, ITEMS_PER_BODY, whole_second()))
        drained_after_s(database)
        for name, table in TABLES.items():
            size = database.value(SIZE.format(table)) - empty[name]
            yield Figure(f"bytes_per_fix_{name}", float(size) / fixes, "bytes", fixes)
