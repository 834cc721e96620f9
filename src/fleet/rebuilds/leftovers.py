"""What replays and verifications have left in schemas `rebuild`, `scratch` and `beside`, to see and to discard.

Reads the catalogue and events.rebuilds; drops tables, and deletes from events.rebuilds and events.days_refolded.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from fleet.migrate import SyncConnection
from fleet.replay.rebuild import cursor_of
from fleet.replay.units import REGISTRY, TABLES, UNITS, VEHICLE_DAYS, Unit

LISTED: Final = """
    select relation, bytes, rebuilds, source, built_to, started_at, moved_at from events.left_by_replays()"""
UNDER_WAY: Final = """
    select exists (select from pg_locks where locktype = 'advisory' and classid = 4201 and objid = 5 and granted
                   and database = (select oid from pg_database where datname = current_database()))"""
FIRST_DAY: Final = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Leftover:
    """A table that is not in its place. Of a rebuild that can be gone on with: the live table, and how far it is."""

    table: str
    bytes: int
    rebuilds: str | None
    source: str | None
    built_to: str | None
    started_at: datetime | None
    moved_at: datetime | None


def leftovers(owner: SyncConnection) -> list[Leftover]:
    """Everything that there is, of a replay that is under way too."""
    rows: list[Any] = owner.execute(LISTED).fetchall()
    return [
        Leftover(table, size, rebuilds, source, rebuilds and _progress(owner, rebuilds, built_to), *moments)
        for table, size, rebuilds, source, built_to, *moments in rows
    ]


def is_under_way(owner: SyncConnection) -> bool:
    """Does a replay, a verification or a reparse run now?"""
    return owner.execute(UNDER_WAY).fetchone() == (True,)


def discard(owner: SyncConnection, units: Collection[Unit]) -> None:
    """Drop what was left of some units."""
    tables = {table for unit in units if unit is not REGISTRY for table in TABLES[unit]}
    owner.execute("select events.discard_rebuild(%s)", (sorted(tables),))
    if REGISTRY in units:
        owner.execute("select events.drop_registry_copy()")


def discard_sources(owner: SyncConnection) -> None:
    """Drop the relations that replays read, and every rebuild that reads the archive's."""
    owner.execute("drop view if exists scratch.facts")
    owner.execute("select events.drop_archived_facts()")


def _progress(owner: SyncConnection, table: str, built_to: int) -> str:
    if table == VEHICLE_DAYS.table:
        return f"day {FIRST_DAY + timedelta(days=built_to)}" if built_to else "no day yet"
    (unit,) = (unit for unit in UNITS if unit.table == table)
    return f"fact {built_to} of {cursor_of(owner, unit)}"
