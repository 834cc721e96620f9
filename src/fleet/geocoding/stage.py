"""The worker's geocoding stage: one question at a time, beside the pipeline and never before it.

A question and its slot are committed before the call, and no connection is held during it (P8): whatever a geocoder
does, nothing else waits for it. Any number of workers share one pace by the slots.
"""

import asyncio

import httpx
import psycopg
from psycopg_pool import AsyncConnectionPool

from fleet.db import UNREACHABLE, Connection, borrowed, first_line
from fleet.errors import DatabaseUnavailable
from fleet.geocoding import store
from fleet.geocoding.answer import GeocoderFailed
from fleet.geocoding.asking import Geocoder
from fleet.observe import log

IDLE_S = 5.0
FAULT_PAUSE_S = 30.0


class GeocodeStage:
    """Geocoding as seen from one worker. Without geocoders it does nothing."""

    def __init__(
        self,
        pool: AsyncConnectionPool[Connection],
        geocoders: tuple[Geocoder, ...],
        one_question_in_s: float = store.ONE_QUESTION_IN_S,
    ) -> None:
        self._pool = pool
        self._geocoders = {geocoder.name: geocoder for geocoder in geocoders}
        self._names = list(self._geocoders)
        self._one_question_in_s = one_question_in_s
        self._failing: set[str] = set()

    @property
    def is_on(self) -> bool:
        """Is there anybody to ask?"""
        return bool(self._geocoders)

    async def run(self) -> None:
        """Ask until cancelled; what goes wrong here stops nothing else."""
        if not self.is_on:
            await asyncio.Event().wait()
        async with httpx.AsyncClient() as http:
            while True:
                pause_s = await self._step_safely(http)
                await asyncio.sleep(pause_s)

    async def _step_safely(self, http: httpx.AsyncClient) -> float:
        try:
            return await self.step(http)
        except (*UNREACHABLE, DatabaseUnavailable) as lost:
            log.warning("geocoding_interrupted", reason=first_line(lost))
            return IDLE_S
        except psycopg.Error as refused:
            log.error("geocoding_refused", reason=first_line(refused))
        except Exception as fault:
            log.error("geocoding_fault", fault=type(fault).__name__)  # its text may hold a place
        return FAULT_PAUSE_S

    async def step(self, http: httpx.AsyncClient) -> float:
        """Ask one question, if one is due. Gives the seconds until the next step."""
        async with borrowed(self._pool) as db:
            await store.look_for_places(db)
            question = await store.next_question(db, self._names, self._one_question_in_s)
        if question is None:
            return IDLE_S
        if isinstance(question, float):
            return min(question, IDLE_S)
        await self._ask(http, question)
        return 0.0

    async def _ask(self, http: httpx.AsyncClient, question: store.Question) -> None:
        try:
            told = await self._geocoders[question.geocoder].ask(http, question.lat, question.lon)
        except GeocoderFailed as failed:
            self._tell(question.geocoder, str(failed))
            async with borrowed(self._pool) as db:
                await store.note_failure(db, question, self._names, str(failed), failed.pause_s)
            return
        self._tell(question.geocoder, None)
        async with borrowed(self._pool) as db:
            await store.keep(db, question, self._names, told)

    def _tell(self, geocoder: str, problem: str | None) -> None:
        """Log the first failure of a row of them, and its end."""
        if problem and geocoder not in self._failing:
            self._failing.add(geocoder)
            log.warning("geocoder_failing", geocoder=geocoder, reason=problem)
        elif not problem and geocoder in self._failing:
            self._failing.remove(geocoder)
            log.info("geocoder_answers_again", geocoder=geocoder)
