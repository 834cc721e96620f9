"""Makes a part of a table anew: the rows of some device times, of some devices. Deleted and inserted in place.

Writes schema `scratch` and, at the end, the table, in one transaction.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from fleet.errors import WrongUsage
from fleet.migrate import SyncConnection
from fleet.replay.progress import Progress
from fleet.replay.rebuild import BATCH_FACTS, cursor_of, fact_at_fault
from fleet.replay.units import Unit

TIME_COLUMN: Final = "select time_column from series.catalog where table_name = %s"


class NoTimes(WrongUsage):
    """Rows of the table belong to no time."""


@dataclass(frozen=True, slots=True)
class Part:
    """Device times in [from_time, to_time), some devices; None: all."""

    from_time: datetime | None = None
    to_time: datetime | None = None
    imeis: Sequence[str] | None = None

    @property
    def imei_list(self) -> list[str] | None:
        """As the database takes them."""
        return None if self.imeis is None else list(self.imeis)

    @property
    def is_whole(self) -> bool:
        """Is nothing left out?"""
        return self.from_time is None and self.to_time is None and self.imeis is None


@dataclass(frozen=True, slots=True)
class Replaced:
    """How many rows went and came."""

    removed: int
    inserted: int


def has_times(owner: SyncConnection, unit: Unit) -> bool:
    """Do rows of the table belong to a device time, or do they tell the present?"""
    return owner.execute(TIME_COLUMN, (unit.table,)).fetchone() is not None


def replay_part(
    owner: SyncConnection, unit: Unit, source: str, part: Part, max_device_ahead: timedelta, progress: Progress
) -> Replaced:
    """The rows of the part as the facts of the source say. Errors: NoTimes."""
    if (part.from_time or part.to_time) and not has_times(owner, unit):
        raise NoTimes(f"{unit.table} holds the present, not times: leave --from and --to out.")
    with facts_of(owner, unit, source, part, max_device_ahead):
        try:
            folded = fold_beside(owner, unit, source, progress)
            row = owner.execute(
                "select removed, inserted from events.replace_part(%s, %s, %s, %s, %s, %s)",
                (unit.table, unit.projector, folded, part.from_time, part.to_time, part.imei_list),
            ).fetchone()
        finally:
            discard(owner, unit)
    assert row is not None
    return Replaced(*row)  # type: ignore[arg-type]


@contextmanager
def facts_of(owner: SyncConnection, unit: Unit, source: str, part: Part, max_device_ahead: timedelta) -> Iterator[None]:
    """For the block, scratch.facts has the facts of a part, less those that the unit's projector has set aside."""
    owner.execute(
        "select events.restrict_facts('scratch.facts', %s::regclass, %s, %s, %s, %s, %s)",
        (source, unit.projector, part.from_time, part.to_time, part.imei_list, max_device_ahead),
    )
    try:
        yield
    finally:
        owner.execute("drop view scratch.facts")


def fold_beside(owner: SyncConnection, unit: Unit, source: str, progress: Progress) -> int:
    """Fold scratch.facts, which are of a source, into a new table in schema `scratch`; the number of the last one.
    Errors: CannotFold."""
    discard(owner, unit)
    owner.execute("select series.make_beside(%s, %s)", (unit.table, f"scratch.{unit.name}"))
    return in_batches(owner, unit, source, partial(fold, owner, unit), progress)


def in_batches(
    owner: SyncConnection, unit: Unit, source: str, fold_range: Callable[[int, int], None], progress: Progress
) -> int:
    """Fold the facts of a source that a unit's projector has folded, range by range; the number of the last one."""
    first = owner.execute("select events.before_facts(%s)", (source,)).fetchone()
    position, target = int(first[0]) if first else 0, cursor_of(owner, unit)  # type: ignore[call-overload]
    while position < target:
        next_position = min(position + BATCH_FACTS, target)
        fold_range(position, next_position)
        position = next_position
        progress.tell(position, target)
    return position


def fold(owner: SyncConnection, unit: Unit, after_id: int, up_to_id: int) -> None:
    """Fold a range of scratch.facts into the table in schema `scratch`. Errors: CannotFold."""
    with fact_at_fault(unit):
        owner.execute(
            f"select state.project_{unit.name}(%s, %s, %s::regclass, 'scratch.facts')".encode(),
            (after_id, up_to_id, f"scratch.{unit.name}"),
        )


def discard(owner: SyncConnection, unit: Unit) -> None:
    """Drop the table in schema `scratch`, if there is one."""
    owner.execute("select series.discard(%s)", (f"scratch.{unit.name}",))
