"""Fixes to vehicle-days: reads vehicles' days, folds them (fleet.trips), replaces their rows.

Reads state.position_history; writes state.trips, vehicle_days, daily_rollups, hourly_rollups through
state.keep_vehicle_days; answers and empties events.days_to_fold.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final

import orjson
import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from fleet.db import Connection, borrowed
from fleet.errors import DatabaseUnavailable
from fleet.observe import log
from fleet.trips import Fix, fold_day
from fleet.trips.rows import rows_of

VEHICLE_DAY_TABLES: Final = ("state.trips", "state.vehicle_days", "state.daily_rollups", "state.hourly_rollups")
LEASE: Final = timedelta(seconds=30)
UNSTORABLE: Final = (psycopg.DataError, psycopg.IntegrityError)
NOT_THE_DAYS_FAULT: Final = (psycopg.Error, PoolTimeout, DatabaseUnavailable, TimeoutError)

DAYS_AT_ONCE: Final = 8
"""So that what each statement costs is shared; 8 days of a fix every 10 s are some 30 MB of memory."""

CLAIM: Final = "select day, imei, vehicle_id, mark from events.claim_days(%s, %s, %s)"
LOCK: Final = "select vehicle_id, day from events.lock_vehicles_of_days(%s, %s, %s)"
FINISH: Final = "select events.finish_days(%s, %s, %s, %s)"
READ: Final = (
    "select part.place, fix.* from unnest(%s::bigint[], %s::date[]) with ordinality part (vehicle_id, day, place)"
    " cross join lateral state.day_fixes(part.vehicle_id, part.day, %s::regclass) fix"
)
KEEP: Final = "select state.keep_vehicle_days(%s, %s::bigint[], %s::date[], %s::jsonb)"

Mark = tuple[date, str, int, int]
"""EAT day, device, vehicle, and which mark of them it is; of device ('') and vehicle (0) one is told."""
VehicleDay = tuple[int, date]


async def fold_days(
    db: Connection, schema: str, days: Sequence[VehicleDay], history: str = "state.position_history"
) -> None:
    """Fold some vehicle-days out of a history into the tables of a schema: state, or one built beside.

    The live tables (schema state) want events.lock_vehicles_of_days before, in the same transaction.
    """
    for first in range(0, len(days), DAYS_AT_ONCE):
        some = days[first : first + DAYS_AT_ONCE]
        vehicles, dates = columns(some)
        fixes = await (await db.execute(READ, (vehicles, dates, history), binary=True)).fetchall()
        await db.execute(KEEP, (schema, vehicles, dates, await asyncio.to_thread(told_of, some, fixes)))


def told_of(days: Sequence[VehicleDay], fixes: Iterable[tuple[Any, ...]]) -> str:
    """What the fixes of vehicle-days come to, as state.keep_vehicle_days takes it.

    Each fix comes after the place of its day in `days`, from 1.
    """
    of_day: list[list[Fix]] = [[] for _ in days]
    for place, *fix in fixes:
        of_day[place - 1].append(Fix(*fix))
    folded = ((vehicle, fold_day(of_day[n], day)) for n, (vehicle, day) in enumerate(days))
    return orjson.dumps(rows_of(folded)).decode()


def columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """Rows as one array a column, as SQL functions take them; there is at least one row."""
    return [list(column) for column in zip(*rows, strict=True)]


class VehicleDayStage:
    """Folds the vehicle-days that are due; any number of workers share them by leases."""

    def __init__(self, pool: AsyncConnectionPool[Connection], worker: str) -> None:
        self._pool = pool
        self._worker = worker
        self.days_folded = 0
        self.problems: dict[str, str] = {}
        """Days that could not be folded when they were last tried, and why."""

    async def drain(self) -> bool:
        """Fold what some marks are about. False when nothing is due."""
        async with borrowed(self._pool) as db:
            marks = await (await db.execute(CLAIM, (self._worker, LEASE, DAYS_AT_ONCE))).fetchall()
            if marks:
                await self._fold_or_tell(db, marks)
        return bool(marks)

    async def _fold_or_tell(self, db: Connection, marks: Sequence[Mark]) -> None:
        """Marks that cannot be folded together are folded one by one; one that cannot be folded alone is told of."""
        try:
            await self._fold(db, marks)
        except Exception as fault:
            if isinstance(fault, NOT_THE_DAYS_FAULT) and not isinstance(fault, UNSTORABLE):
                raise
            if len(marks) == 1:
                self._tell(marks[0], fault)
            else:
                for mark in marks:
                    await self._fold_or_tell(db, [mark])
            return
        self.days_folded += len(marks)
        for mark in marks:
            self.problems.pop(_name(mark), None)

    async def _fold(self, db: Connection, marks: Sequence[Mark]) -> None:
        dates, imeis, vehicles, numbers = columns(marks)
        async with db.transaction():
            days = await (await db.execute(LOCK, (dates, imeis, vehicles))).fetchall()
            await fold_days(db, "state", days)
            await db.execute(FINISH, (dates, imeis, vehicles, numbers))

    def _tell(self, mark: Mark, fault: Exception) -> None:
        """A fault of ours: the mark stays, is tried again when its lease runs out, and stops no other."""
        self.problems[_name(mark)] = type(fault).__name__
        log.error("vehicle_day_failed", day=mark[0], imei=mark[1], vehicle_id=mark[2], exc_info=fault)


def _name(mark: Mark) -> str:
    """A mark as people may be told of it."""
    day, imei, vehicle_id, _ = mark
    return f"{day} of {f'device {imei}' if imei else f'vehicle {vehicle_id}'}"
