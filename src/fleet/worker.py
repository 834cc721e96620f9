"""The worker role: parsers and projectors, woken by the doorbell; drift and geocoding beside them."""

import asyncio
import os
import secrets
import socket
from typing import Any

from fleet.config import WorkerSettings
from fleet.db import borrowed, make_pool, refuse_unsafe
from fleet.drift.watch import DriftWatch
from fleet.errors import DatabaseUnavailable
from fleet.geocoding import store as geocoding_store
from fleet.geocoding.geocoders import geocoders_of
from fleet.geocoding.stage import GeocodeStage
from fleet.health import serve_health
from fleet.lifecycle import together
from fleet.log.follow import Doorbell, follow
from fleet.observe import log
from fleet.parser import Limits
from fleet.pipeline.parse_stage import ParseStage
from fleet.pipeline.project_stage import PROJECTORS, ProjectStage
from fleet.pipeline.vehicle_days import VehicleDayStage
from fleet.rejections.stage import ReparseStage

PARSERS = 2
CHANNELS = ("events_raw_new", "events_parsed_new", "events_reparse", "events_days_due")
START_RETRY_S = 0.5


class Worker:
    """One worker process; any number may run beside each other."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"  # containers share the first two
        self._pool = make_pool(
            settings.database_worker_url.get_secret_value(), "fleet-worker", PARSERS + len(PROJECTORS) + 5
        )
        self._doorbell = Doorbell(settings.listen_url, "fleet-worker-listen", CHANNELS)
        limits = Limits(settings.min_device_time, settings.max_device_ahead, settings.max_device_age)
        self._parsers = [ParseStage(self._pool, f"{name}:{n}", limits) for n in range(PARSERS)]
        self._reparse = ReparseStage(self._pool, limits)
        self._drift = DriftWatch(self._pool, limits)
        self._geocoding = GeocodeStage(self._pool, geocoders_of(settings))
        self._vehicle_days = VehicleDayStage(self._pool, name)
        self._projectors = [ProjectStage(self._pool, projector) for projector in PROJECTORS]

    async def run(self) -> None:
        """Parse and project until cancelled."""
        await self._pool.open(wait=False)
        try:
            await self._wait_for_safe_database()
            await together(
                self._doorbell.run(),
                *(follow(self._doorbell, "events_raw_new", p.drain, "parser") for p in self._parsers),
                *(follow(self._doorbell, "events_parsed_new", p.drain, p.projector) for p in self._projectors),
                follow(self._doorbell, "events_reparse", self._reparse.drain, "reparse"),
                follow(self._doorbell, "events_days_due", self._vehicle_days.drain, "vehicle_days"),
                self._drift.run(),
                self._geocoding.run(),
                serve_health("worker", "127.0.0.1", self._settings.health_port, self._report),
            )
        finally:
            await self._pool.close()

    async def _wait_for_safe_database(self) -> None:
        while True:
            try:
                async with borrowed(self._pool) as db:
                    return await refuse_unsafe(db)
            except DatabaseUnavailable as away:
                log.warning("waiting_for_database", reason=str(away))
                await asyncio.sleep(START_RETRY_S)

    async def _report(self) -> dict[str, Any]:
        try:
            async with borrowed(self._pool) as db:
                lag = dict(await (await db.execute("select stage, waiting from events.lag()")).fetchall())
                aside = dict(
                    await (await db.execute("select projector, facts from events.set_aside_counts()")).fetchall()
                )
                geocoding = await geocoding_store.status(db) if self._geocoding.is_on else None
        except DatabaseUnavailable as away:
            return {"ok": False, "problem": str(away)}
        return {
            "ok": self._doorbell.listening.is_set() and not self._doorbell.refused,
            "refused": self._doorbell.refused,
            "listening": self._doorbell.listening.is_set(),
            "waiting": lag,
            "set_aside": aside,
            "drift_problem": self._drift.problem,
            "geocoding": geocoding,
            "raw_rows_parsed": sum(parser.raw_rows_parsed for parser in self._parsers),
            "facts_folded": {p.projector: p.facts_folded for p in self._projectors},
            "vehicle_days_folded": self._vehicle_days.days_folded,
            "vehicle_day_problems": self._vehicle_days.problems,
        }
