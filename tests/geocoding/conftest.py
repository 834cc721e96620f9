"""Vehicles that stand somewhere, and geocoders served over real HTTP that misbehave when told to."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from psycopg_pool import AsyncConnectionPool
from starlette.types import ASGIApp, Receive, Scope, Send

from database.conftest import standing_database as standing_database
from database.log_rows import Connection
from fixtures.database import Database
from fixtures.roles import free_port
from fleet.db import Connection as AsyncConnection
from fleet.db import make_pool
from fleet.geocoding.asking import Geocoder
from fleet.geocoding.mapbox import Mapbox
from fleet.geocoding.nominatim import Nominatim
from fleet.geocoding.stage import GeocodeStage
from fleet.http_server import serve_http
from fleet.sandbox.faults import Faults
from fleet.sandbox.gazetteer import Gazetteer
from fleet.sandbox.geocoding import geocoding_app
from fleet.sandbox.roads import networks

UNHURRIED_S = 0.0
NAIROBI = (-1.28651, 36.81702)

Stand = Callable[..., int]


def put_vehicle(db: Connection, imei: str, place: tuple[float, float] = NAIROBI, **told: Any) -> int:
    """A device of the fleet with its newest fix; gives the cell that it is in."""
    fix = {"age_s": 10, "speed_kmh": 0, "quality": "gps", "ignition": False, **told}
    db.execute("insert into domain.devices (imei, account_id, lifecycle) values (%s, 1, 'active')", (imei,))
    row = db.execute(
        "insert into state.live_positions (imei, fixed_at, lat, lon, speed_kmh, quality, ignition, good_fixed_at,"
        " good_speed_kmh, gate_at, source_rank, content_hash, raw_id, received_at)"
        " select %(imei)s, at, %(lat)s, %(lon)s, %(speed_kmh)s, %(quality)s,"
        " row(%(ignition)s, at)::state.known_flag, at, %(speed_kmh)s, '-infinity', 2, 0, 1, at"
        " from (select now() - make_interval(secs => %(age_s)s) as at) fix returning geo.cell_of(lat, lon)",
        {"imei": imei, "lat": place[0], "lon": place[1], **fix},
    ).fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def db(standing_database: Database) -> Iterator[Connection]:
    """A connection that sees everything, in a transaction that is rolled back."""
    with standing_database.connect("superuser") as connection, connection.transaction(force_rollback=True):
        yield connection


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return Gazetteer(networks())


@dataclass
class StandIn:
    """Nominatim and Mapbox at one address, with what they were asked."""

    faults: Faults
    port: int = field(default_factory=free_port)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    asked_at_s: list[float] = field(default_factory=list)
    _arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def nominatim(self) -> Nominatim:
        return Nominatim(self.url, "tests (ops@example.com)")

    @property
    def mapbox(self) -> Mapbox:
        return Mapbox(self.url, "a-token")

    async def wait_asked(self, count: int = 1) -> None:
        """Return when so many questions have come."""
        async with asyncio.timeout(20), self._arrived:
            await self._arrived.wait_for(lambda: len(self.asked) >= count)

    def app(self, inner: ASGIApp) -> ASGIApp:
        """Notes each question before it is answered."""

        async def noting(scope: Scope, receive: Receive, send: Send) -> None:
            query = dict(httpx.QueryParams(scope["query_string"].decode()))
            self.asked.append((scope["path"], query))
            self.agents |= {value.decode() for name, value in scope["headers"] if name == b"user-agent"}
            self.asked_at_s.append(time.monotonic())
            async with self._arrived:
                self._arrived.notify_all()
            await inner(scope, receive, send)

        return noting


@pytest.fixture
async def stand_in(gazetteer: Gazetteer) -> AsyncIterator[StandIn]:
    """Geocoders that answer."""
    made = StandIn(Faults())
    serving = asyncio.create_task(
        serve_http(made.app(geocoding_app(lambda: gazetteer, made.faults)), "127.0.0.1", made.port)
    )
    async with asyncio.timeout(10), httpx.AsyncClient() as http:
        while True:
            with suppress(httpx.ConnectError):
                await http.get(made.url)
                break
            await asyncio.sleep(0.01)
    made.asked.clear()
    made.agents.clear()
    made.asked_at_s.clear()
    yield made
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


Workers = Callable[..., "Geocoding"]


@dataclass
class Geocoding:
    """A geocoding stage with a pool of one connection: whoever holds it holds everybody up."""

    stage: GeocodeStage
    pool: AsyncConnectionPool[AsyncConnection]
    http: httpx.AsyncClient

    async def steps(self, count: int = 1) -> None:
        for _ in range(count):
            await self.stage.step(self.http)


@pytest.fixture
async def geocoding(database: Database) -> AsyncIterator[Workers]:
    """Makes stages, each as a worker process has it."""
    async with AsyncExitStack() as stack:
        made: list[Geocoding] = []

        def make(*geocoders: Geocoder, every_s: float = UNHURRIED_S) -> Geocoding:
            pool = make_pool(database.url("worker"), "fleet-worker", 1)
            made.append(Geocoding(GeocodeStage(pool, geocoders, every_s), pool, httpx.AsyncClient()))
            return made[-1]

        async def close() -> None:
            for each in made:
                await each.http.aclose()
                await each.pool.close()

        stack.push_async_callback(close)
        yield make
