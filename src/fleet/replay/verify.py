"""Is state what the log says? Folds the facts into tables apart and compares them row by row with the live ones.

The platform may run meanwhile: the comparison sees a table and its projector's cursor at one instant.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import psycopg

from fleet.archive.horizon import kept_from
from fleet.migrate import SyncConnection
from fleet.replay.log_reach import Source
from fleet.replay.part import Part, discard, facts_of, fold, fold_beside, has_times
from fleet.replay.progress import Progress
from fleet.replay.rebuild import cursor_of
from fleet.replay.units import Unit

WHOLE_ROW: Final = "(row)"
DIFFERENCES: Final = "select key, held_row, other_row, differing from state.differences(%s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Difference:
    """One column of one row; `column` is (row) where one side has no such row."""

    table: str
    key: dict[str, Any]
    column: str
    live: Any
    rebuilt: Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a table: how many rows differ, and the first of them. `problem`: why it cannot be told."""

    table: str
    differing_rows: int
    differences: list[Difference]
    problem: str | None = None


def verify(
    owner: SyncConnection, unit: Unit, source: Source, max_device_ahead: timedelta, most: int, progress: Progress
) -> Verdict:
    """A table against the facts of a source. Nothing stays of what was built for it."""
    log_begins = source.device_times_from(max_device_ahead)
    if log_begins and not has_times(owner, unit):
        return Verdict(unit.table, 0, [], f"it may hold what facts before {log_begins:%Y-%m-%d} said, which are gone")
    since = max((time for time in (log_begins, kept_from(owner, unit.table)) if time), default=None)
    with facts_of(owner, unit, source.relation, Part(), max_device_ahead):
        try:
            folded = fold_beside(owner, unit, source.relation, progress)
            with owner.transaction():
                owner.execute("set transaction isolation level repeatable read")
                fold(owner, unit, folded, cursor_of(owner, unit))
                return _compared(owner, unit, since, most)
        finally:
            discard(owner, unit)


def _compared(owner: SyncConnection, unit: Unit, since: datetime | None, most: int) -> Verdict:
    return told(unit.table, owner.execute(DIFFERENCES, (unit.table, f"scratch.{unit.name}", since, most)))


def told(table: str, answer: psycopg.Cursor[Any]) -> Verdict:
    """A verdict of the answer to DIFFERENCES or its like."""
    rows = answer.fetchall()
    return verdict_of(table, rows, rows[0][3] if rows else 0)


def verdict_of(table: str, rows: list[Any], differing: int) -> Verdict:
    """A verdict of rows (key, live, rebuilt, …) and the number of all that differ."""
    found = [each for key, live, rebuilt, *_ in rows for each in _columns(table, key, live, rebuilt)]
    return Verdict(table, differing, found)


def _columns(
    table: str, key: dict[str, Any], live: dict[str, Any] | None, rebuilt: dict[str, Any] | None
) -> Iterator[Difference]:
    if live is None or rebuilt is None:
        yield Difference(table, key, WHOLE_ROW, live, rebuilt)
        return
    for column, value in live.items():
        if value != rebuilt[column]:
            yield Difference(table, key, column, value, rebuilt[column])
