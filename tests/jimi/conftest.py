"""The client with its token store in a real database, against a vendor that the test commands."""

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from psycopg_pool import AsyncConnectionPool

from fixtures.database import SECRETS, Database, administer
from fleet.db import Connection, make_pool
from fleet.jimi import client, limiter
from fleet.jimi.answers import Answer
from fleet.jimi.client import JimiClient
from fleet.jimi.limiter import Pace
from fleet.jimi.methods import DEVICE_LIST, Method
from fleet.local.cluster import Cluster
from fleet.upstream.token_store import DatabaseTokenStore
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
        return DatabaseTokenStore(self.pool, key, self.vendor.app_key, "root")

    def caller(self, pace: Pace = UNHURRIED, key: str = SECRETS["SECRETS_KEY"]) -> Caller:
        """A process anew: it knows nothing but what the database keeps."""
        return Caller(JimiClient(self.vendor.account, self.http, self.store(key), pace))

    def held(self, expression: str) -> Any:
        """Something of the row that holds the token."""
        where = f"select {expression} from auth.upstream_tokens t where app_key = %s"
        return self.database.value(where, self.vendor.app_key)

    def alter_held(self, change: str) -> None:
        """Change that row behind everybody's back."""
        with self.database.connect("owner") as owner:
            owner.execute(f"update auth.upstream_tokens set {change} where app_key = '{self.vendor.app_key}'".encode())


@pytest.fixture(scope="module")
def standing_database(cluster: Cluster, template: Database) -> Iterator[Database]:
    """A database for all tests of a module; each has an application key of its own."""
    database = Database(f"fleet_{secrets.token_hex(4)}", cluster)
    administer(cluster, "create database {} template {}", database.name, template.name)
    yield database
    administer(cluster, "drop database {} with (force)", database.name)


@pytest.fixture
async def bench(standing_database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    monkeypatch.setattr(limiter, "FIRST_BACK_OFF_S", 0.02)
    monkeypatch.setattr(client, "BUSY_WAIT_S", 0.02)
    async with AsyncExitStack() as stack:
        vendor = await stack.enter_async_context(serving_vendor())
        pool = make_pool(standing_database.url("cron"), "test-cron", 4)
        await stack.enter_async_context(pool)
        http = await stack.enter_async_context(httpx.AsyncClient())
        yield Bench(vendor, standing_database, pool, http)
