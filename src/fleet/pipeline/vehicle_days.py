"""Fixes to vehicle-days: read a vehicle's day, fold it (fleet.trips), replace its rows.

Reads state.position_history; writes state.trips, vehicle_days, daily_rollups, hourly_rollups through
state.keep_vehicle_day; answers and empties events.days_to_fold.
"""

import asyncio
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

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

CLAIM: Final = "select day, imei, vehicle_id, mark from events.claim_day(%s, %s)"
LOCK: Final = "select * from events.lock_vehicles_of_day(%s, %s, %s)"
FINISH: Final = "select events.finish_day(%s, %s, %s, %s)"
READ: Final = "select * from state.day_fixes(%s, %s, %s::regclass)"
KEEP: Final = "select state.keep_vehicle_day(%s, %s, %s, %s::jsonb)"

Mark = tuple[date, str, int, int]


async def fold_days(
    db: Connection, schema: str, vehicle_id: int, days: Iterable[date], history: str = "state.position_history"
) -> None:
    """Fold some EAT days of a vehicle out of a history into the tables of a schema: state, or one built beside.

    The live tables (schema state) want events.lock_vehicles_of_day before, in the same transaction.
    """
    for day in days:
        fixes = await (await db.execute(READ, (vehicle_id, day, history), binary=True)).fetchall()
        told = await asyncio.to_thread(told_of, vehicle_id, day, fixes)
        await db.execute(KEEP, (schema, vehicle_id, day, told))


def told_of(vehicle_id: int, day: date, fixes: Iterable[tuple[object, ...]]) -> str:
    """What the fixes of a vehicle's day come to, as state.keep_vehicle_day takes it."""
    folded = fold_day([Fix(*fix) for fix in fixes], day)  # type: ignore[arg-type]
    return orjson.dumps(rows_of(vehicle_id, folded)).decode()


class VehicleDayStage:
    """Folds the vehicle-days that are due; any number of workers share them by leases."""

    def __init__(self, pool: AsyncConnectionPool[Connection], worker: str) -> None:
        self._pool = pool
        self._worker = worker
        self.days_folded = 0
        self.problems: dict[str, str] = {}
        """Days that could not be folded when they were last tried, and why."""

    async def drain(self) -> bool:
        """Fold what one mark is about. False when nothing is due."""
        async with borrowed(self._pool) as db:
            mark = await (await db.execute(CLAIM, (self._worker, LEASE))).fetchone()
            if mark is None:
                return False
            try:
                await self._fold(db, mark)
            except Exception as fault:
                if isinstance(fault, NOT_THE_DAYS_FAULT) and not isinstance(fault, UNSTORABLE):
                    raise
                # A fault of ours: the mark stays, is tried again when its lease runs out, and stops no other.
                self.problems[_name(mark)] = type(fault).__name__
                log.error("vehicle_day_failed", day=mark[0], imei=mark[1], vehicle_id=mark[2], exc_info=fault)
                return True
        self.days_folded += 1
        self.problems.pop(_name(mark), None)
        return True

    async def _fold(self, db: Connection, mark: Mark) -> None:
        day, imei, vehicle_id, _ = mark
        async with db.transaction():
            vehicles = await (await db.execute(LOCK, (day, imei, vehicle_id))).fetchall()
            for (vehicle,) in vehicles:
                await fold_days(db, "state", vehicle, [day])
            await db.execute(FINISH, mark)


def _name(mark: Mark) -> str:
    """A mark as people may be told of it."""
    day, imei, vehicle_id, _ = mark
    return f"{day} of {f'device {imei}' if imei else f'vehicle {vehicle_id}'}"
