"""A long day: 1,000 fixes a second for half an hour, then the catching up after an hour without a worker.

What is updated all the time (queues, cursors, newest positions) must neither swell nor slow down.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from os import environ

from bench.backlog import drained_after_s, fill, fix_bodies, standing_still
from bench.bodies import REPORT_EVERY, whole_second
from bench.platform import BenchFailed, Database, Platform, Process
from bench.report import Figure
from bench.steady import DEVICES, FIXES_PER_S
from fleet.paths import ROOT

SOAK_S = float(environ.get("SOAK_S", "1800"))
OUTAGE_S = float(environ.get("SOAK_OUTAGE_S", "3600"))
LOOK_EVERY_S = 10.0
SETTLED = 1 / 3
"""What is held after this part of the time is what the end is compared with."""
CATCH_UP_WITHIN_S = 1800.0
DEVICES_PER_PUSH = 10

CHURNING = """
    select format('%I.%I', schemaname, relname), n_dead_tup, pg_total_relation_size(relid)
    from pg_stat_user_tables
    where schemaname in ('events', 'state', 'domain', 'drift', 'auth') and n_tup_upd + n_tup_del > 1000
      and not exists (select from pg_inherits where inhrelid = relid)
"""
WAITING = "select coalesce(max(waiting), 0) from events.lag() where stage <> 'vehicle_days'"


@dataclass
class Watched:
    """What was seen of a table that is updated all the time."""

    dead_rows: list[int] = field(default_factory=list)
    sizes_bytes: list[int] = field(default_factory=list)

    @property
    def growth(self) -> float:
        """Its size at the end against what it was when a part of the time had gone."""
        return self.sizes_bytes[-1] / max(self.sizes_bytes[int(len(self.sizes_bytes) * SETTLED)], 8192)


def soak(platform: Platform) -> Iterator[Figure]:
    """soak_* figures; a line about each churning table on standard error."""
    with (
        platform.database() as database,
        platform.role("gateway", database) as gateway,
        platform.role("worker", database) as worker,
        steady_fleet(gateway),
    ):
        tables, waiting = watch(database)
        for name, seen in sorted(tables.items()):
            print(
                f"  {name:<32} dead rows at most {max(seen.dead_rows):>9,}, "
                f"{seen.sizes_bytes[-1] / 1024**2:8.1f} MB, x {seen.growth:.2f}",
                file=sys.stderr,
            )
        fixes = int(FIXES_PER_S * SOAK_S)
        yield Figure("soak_dead_rows", max(max(seen.dead_rows) for seen in tables.values()), "rows", fixes)
        yield Figure("soak_table_growth", max(seen.growth for seen in tables.values()), "x", fixes)
        yield Figure("soak_waiting_rows", max(waiting), "rows", fixes)
        missed = int(OUTAGE_S * FIXES_PER_S)
        caught_up_s = outage(database, worker, missed)
        yield Figure("soak_catch_up_s", caught_up_s, "s", missed)
        yield Figure("soak_catch_up_items_per_s", missed / caught_up_s + FIXES_PER_S, "/s", missed)


def watch(database: Database) -> tuple[dict[str, Watched], list[int]]:
    """Every table that is updated all the time, looked at again and again, and how many rows waited at each look."""
    tables: dict[str, Watched] = {}
    waiting: list[int] = []
    ends_at = time.monotonic() + SOAK_S
    with database.connect() as connection:
        while time.monotonic() < ends_at:
            time.sleep(LOOK_EVERY_S)
            for name, dead_rows, size_bytes in connection.execute(CHURNING.encode()):
                seen = tables.setdefault(name, Watched())
                seen.dead_rows.append(dead_rows)
                seen.sizes_bytes.append(size_bytes)
            waiting.append(database.value(WAITING))
    return tables, waiting


def outage(database: Database, worker: Process, fixes: int) -> float:
    """Seconds in which a worker that stood still for so many fixes has caught up, with the fleet reporting on."""
    times = fixes // DEVICES
    ends_at = whole_second() - timedelta(seconds=SOAK_S) - REPORT_EVERY
    with standing_still(worker):
        fill(database, fix_bodies(range(DEVICES), times, DEVICES_PER_PUSH, ends_at))
    return drained_after_s(database, CATCH_UP_WITHIN_S, almost=int(FIXES_PER_S))


@contextmanager
def steady_fleet(gateway: Process) -> Iterator[None]:
    """1,000 fixes a second until the context ends. Errors: BenchFailed when the gateway refused one."""
    fleet = subprocess.Popen([sys.executable, "-m", "bench.steady", "--port", str(gateway.port)], cwd=ROOT)
    try:
        yield
        if fleet.poll() is not None:
            raise BenchFailed("the steady fleet ended: a push was not accepted")
    finally:
        fleet.kill()
        fleet.wait()
