"""Builds a table of state anew beside the live one, and puts it in its place.

Reads facts; writes schema `rebuild`, events.rebuilds and, at the end, the table. What was built is kept when the
process is killed: the next run goes on there.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

import psycopg

from fleet.db import first_line
from fleet.errors import FleetError
from fleet.migrate import SyncConnection
from fleet.replay.progress import Progress
from fleet.replay.units import Unit

BATCH_FACTS: Final = 100_000
SWAP_WITHIN_S: Final = 120.0
LONGEST_PAUSE_S: Final = 2.0
FAULTS: Final = (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.RaiseException)
BUSY: Final = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)

Outcome = TypeVar("Outcome")


class CannotFold(FleetError):
    """A fact cannot be folded into the table."""


class TableInUse(FleetError):
    """Readers never let go of the live table long enough for the swap."""


def rebuild(owner: SyncConnection, unit: Unit, source: str, progress: Progress) -> None:
    """The whole table from the facts of a source. Errors: TableInUse."""
    _number(owner, "select events.begin_rebuild(%s, %s, %s)", unit.table, unit.projector, source)
    _catch_up(owner, unit, progress)
    owner.execute("select series.copy_indexes(%s, %s)", (unit.table, f"rebuild.{unit.name}"))
    swap_when_free(unit.table, lambda: _swap(owner, unit, progress))


def swap_when_free(table: str, swap: Callable[[], Outcome]) -> Outcome:
    """Try a swap until nobody is in its way. Errors: TableInUse."""
    pause_s, deadline = 0.05, time.monotonic() + SWAP_WITHIN_S
    while True:
        try:
            return swap()
        except BUSY as busy:
            if time.monotonic() > deadline:
                raise TableInUse(f"{table} is in use without a break: end long queries and repeat.") from busy
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


@contextmanager
def fact_at_fault(unit: Unit) -> Iterator[None]:
    """Errors: CannotFold, when the block folds a fact that the table refuses and that no worker has set aside."""
    try:
        yield
    except FAULTS as refused:
        raise CannotFold(
            f"{unit.table}: its fold refuses a fact that it took before ({first_line(refused)}). Nothing has changed."
        ) from refused


def cursor_of(owner: SyncConnection, unit: Unit) -> int:
    """The last fact that the live table holds."""
    return _number(owner, "select position from events.cursors where projector = %s", unit.projector)


def _catch_up(owner: SyncConnection, unit: Unit, progress: Progress) -> None:
    """Fold until the table beside holds what the live one does, which moves on meanwhile."""
    position = -1
    while position < (target := cursor_of(owner, unit)):
        with fact_at_fault(unit):
            position = _number(owner, "select events.continue_rebuild(%s, %s, %s)", unit.table, BATCH_FACTS, target)
        progress.tell(position, target)


def _swap(owner: SyncConnection, unit: Unit, progress: Progress) -> None:
    _catch_up(owner, unit, progress)
    owner.execute("select events.finish_rebuild(%s, %s)", (unit.table, unit.projector))


def _number(owner: SyncConnection, query: str, *parameters: object) -> int:
    row = owner.execute(query.encode(), parameters).fetchone()
    return int(row[0]) if row else 0  # type: ignore[call-overload]
