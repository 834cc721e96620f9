"""Facts written to the log and folded by the projectors, then vehicle-days by the worker's stage."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from database.log_rows import Connection, store_facts
from fixtures.database import Database
from fleet import clock
from fleet.db import make_pool
from fleet.pipeline.project_stage import PROJECTORS
from fleet.pipeline.vehicle_days import VehicleDayStage
from fleet.trips import Fix
from trips.days import DAY, TRACKER, at

TABLES = ("trips", "vehicle_days", "daily_rollups", "hourly_rollups", "mounts")
FORGOTTEN = (
    "state.position_history, state.live_positions, state.devices, state.identities, state.mounts, state.trips,"
    " state.vehicle_days, state.daily_rollups, state.hourly_rollups, events.days_to_fold, domain.devices,"
    " domain.vehicles, domain.device_assignments, domain.lifecycle_statements"
)


class Fleet:
    """Vehicles, devices, and what they say."""

    def __init__(self, database: Database, db: Connection) -> None:
        self.database = database
        self.db = db
        self._facts = 0

    def forget(self) -> None:
        """Nothing of what was folded so far has been; facts that come now come first."""
        self.db.execute(f"truncate {FORGOTTEN}".encode())

    def tell(self, *facts: dict[str, Any]) -> None:
        """Facts into the log; nothing folded yet."""
        numbered = []
        for fact in facts:
            self._facts += 1
            received = {"raw_id": self._facts, "received_at": clock.now()}
            numbered.append({"item": 0, "source": "jimi.push", "imei": None, **received, **fact})
        store_facts(self.db, numbered)

    def fixes(self, fixes: Iterable[Fix], quality: str = "gps") -> None:
        """Fixes as facts into the log."""
        self.tell(*facts_of(fixes, quality))

    def mount(self, imei: str, plate: str, since: datetime, **told: Any) -> None:
        """An operator says that a device is on a vehicle from then on."""
        self.tell(*mounting(imei, plate, since, **told))

    def state(self, imei: str, to: str, when: datetime) -> None:
        """An operator moves a device through its lifecycle."""
        self.tell(lifecycle(imei, to, when))

    def project(self) -> None:
        """Every projector to the end of the log."""
        for projector in PROJECTORS:
            while self.db.execute("select events.advance(%s, 5000)", (projector,)).fetchone() != (0,):
                pass

    def is_projected(self) -> bool:
        """Have the projectors, whoever runs them, read the whole log?"""
        behind = "select count(*) from events.cursors where position < (select max(id) from events.parsed)"
        return self.db.execute(behind.encode()).fetchone() == (0,)

    def settle(self, workers: int = 1) -> None:
        """The projectors, and then every marked day, whether its time has come or not."""
        self.project()
        assert self.fold(workers) == {}

    def fold(self, workers: int = 1) -> dict[str, str]:
        """Every marked day; gives what went wrong."""
        self.db.execute("update events.days_to_fold set due_at = clock_timestamp()")
        return asyncio.run(self._drain(workers, lambda: False))

    def keep_folding(self, workers: int, goes_on: Callable[[], bool]) -> dict[str, str]:
        """Days as soon as they are marked, for as long as it goes on."""
        self.db.execute("alter table events.days_to_fold alter due_at set default clock_timestamp()")
        return asyncio.run(self._drain(workers, goes_on))

    async def _drain(self, workers: int, goes_on: Callable[[], bool]) -> dict[str, str]:
        async with make_pool(self.database.url("worker"), "test-days", workers) as pool:
            stages = [VehicleDayStage(pool, f"worker {number}") for number in range(workers)]

            async def all_of(stage: VehicleDayStage) -> None:
                while await stage.drain() or goes_on():
                    pass

            await asyncio.gather(*map(all_of, stages))
        return {name: problem for stage in stages for name, problem in stage.problems.items()}

    def waiting(self) -> list[tuple[Any, ...]]:
        """What is marked: days, devices, vehicles."""
        return self.db.execute("select day, imei, vehicle_id from events.days_to_fold order by 1, 2, 3").fetchall()

    def contents(self, schema: str = "state") -> dict[str, list[Any]]:
        """Every row of the tables of vehicle-days."""
        return {
            table: self.db.execute(f"select to_jsonb(t) from {schema}.{table} t order by t::text".encode()).fetchall()
            for table in TABLES
            if schema == "state" or table != "mounts"
        }

    def day(self, day: date = DAY) -> list[dict[str, Any]]:
        """The vehicle-days of a day, with their figures."""
        rows = self.db.execute(
            "select to_jsonb(d) || to_jsonb(r) || jsonb_build_object('plate', (v.plate).value)"
            " from state.vehicle_days d join state.daily_rollups r using (vehicle_id, day)"
            " left join domain.vehicles v using (vehicle_id) where day = %s order by plate, vehicle_id",
            (day,),
        ).fetchall()
        return [row for (row,) in rows]

    def versions(self) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        """Of each row of vehicle-days, which version of it stands."""
        return {
            (vehicle, day): (version,)
            for vehicle, day, version in self.db.execute(
                "select vehicle_id, day, xmin::text || ctid::text from state.daily_rollups"
            ).fetchall()
        }


def facts_of(fixes: Iterable[Fix], quality: str = "gps") -> list[dict[str, Any]]:
    """Fixes as facts."""
    return [_fact(fix, quality) for fix in fixes]


def mounting(
    imei: str, plate: str, since: datetime, *, device_class: str = "tracker", stated_at: datetime | None = None
) -> list[dict[str, Any]]:
    """What an operator states to put a device, of some class, on a vehicle."""
    stated = {"occurred_at": stated_at or at("06:00")}
    mounted = {"plate": plate, "valid_from": since.isoformat(), "by": "op"}
    return [
        {"kind": "vehicle_set", "data": {"plate": plate, "by": "op"}, **stated},
        {"kind": "device_set", "imei": imei, "data": {"device_class": device_class, "by": "op"}, **stated},
        {"kind": "device_assigned", "imei": imei, "data": mounted, **stated},
    ]


def lifecycle(imei: str, to: str, when: datetime) -> dict[str, Any]:
    """What an operator states of a device's lifecycle."""
    return {"kind": "lifecycle_set", "imei": imei, "occurred_at": when, "data": {"to": to, "by": "op"}}


def _fact(fix: Fix, quality: str) -> dict[str, Any]:
    told = {"speed_kmh": fix.speed_kmh, "ignition": fix.ignition, "odometer_m": fix.odometer_m}
    data = {"lat": fix.lat, "lon": fix.lon, "quality": quality}
    data |= {name: value for name, value in told.items() if value is not None}
    return {"kind": "position_fix", "imei": fix.imei or TRACKER, "occurred_at": fix.fixed_at, "data": data}
