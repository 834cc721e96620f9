"""The client with its token store in a real database, against a vendor that the test commands."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import httpx
import pytest
from psycopg_pool import AsyncConnectionPool

from fixtures.database import SECRETS, Database
from fleet.cron.token_store import DatabaseTokenStore
from fleet.db import Connection, make_pool
from fleet.jimi import client, limiter
from fleet.jimi.answers import Answer
from fleet.jimi.client import JimiClient
from fleet.jimi.limiter import Pace
from fleet.jimi.methods import DEVICE_LIST, Method
from jimi.vendor import Vendor, serving_vendor

UNHURRIED = Pace(calls_per_s=10_000.0, burst_calls=100, fast_at_once=100)
TARGET = {"target": "demo_nairobi"}


@dataclass
class Caller:
    """A client as one process has it, and every answer that it kept."""

    client: JimiClient
    kept: list[Answer] = field(default_factory=list)

    async def call(self, method: Method = DEVICE_LIST, params: dict[str, str] | None = None) -> Answer:
        return await self.client.call(method, TARGET if params is None else params, self.keep)

    async def keep(self, answer: Answer) -> None:
        self.kept.append(answer)

    @property
    def codes(self) -> list[int | None]:
        return [answer.code for answer in self.kept]


@dataclass
class Bench:
    """A vendor, a database, and as many processes as a test wants."""

    vendor: Vendor
    database: Database
    pool: AsyncConnectionPool[Connection]
    http: httpx.AsyncClient

    def store(self, key: str = SECRETS["SECRETS_KEY"]) -> DatabaseTokenStore:
        return DatabaseTokenStore(self.pool, key, "KEY", "root")

    def caller(
        self, pace: Pace = UNHURRIED, day_pause_s: float = 21_600.0, key: str = SECRETS["SECRETS_KEY"]
    ) -> Caller:
        """A process anew: it knows nothing but what the database keeps."""
        return Caller(JimiClient(self.vendor.account, self.http, self.store(key), pace, day_pause_s))


@pytest.fixture
async def bench(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    monkeypatch.setattr(limiter, "FIRST_BACK_OFF_S", 0.02)
    monkeypatch.setattr(client, "BUSY_WAIT_S", 0.02)
    async with AsyncExitStack() as stack:
        vendor = await stack.enter_async_context(serving_vendor())
        pool = make_pool(database.url("cron"), "test-cron", 4)
        await stack.enter_async_context(pool)
        http = await stack.enter_async_context(httpx.AsyncClient())
        yield Bench(vendor, database, pool, http)
