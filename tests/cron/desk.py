"""A desk as cron has it, in the test's own process: a real log, a real memory, a vendor that the test commands."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from fixtures.database import SECRETS, Database
from fleet.admin.accounts import add_vendor_account
from fleet.cron.memory import PolledAccount, PollMemory
from fleet.cron.run import Desk
from fleet.db import make_pool
from fleet.jimi.client import JimiClient
from fleet.jimi.limiter import Pace
from fleet.jimi.methods import TIME_FORMAT
from fleet.log.append import GroupCommit
from fleet.upstream.token_store import DatabaseTokenStore
from jimi.vendor import Call, Reply, Vendor, serving_vendor, told

PACE = Pace(calls_per_s=10_000.0, burst_calls=100, fast_at_once=100)
Window = tuple[datetime, datetime]


def one_row_a_device(call: Call) -> Reply:
    """The vendor's answer to a call: a row for each device that it asked about."""
    return told(0, result=[{"imei": imei} for imei in asked(call)])


def imeis(count: int) -> list[str]:
    """So many devices."""
    return [f"86999905{number:07d}" for number in range(count)]


def asked(call: Call) -> list[str]:
    """The devices that a call names."""
    return (call.params.get("imeis") or call.params["imei"]).split(",")


def window(call: Call) -> Window:
    """The span that a call names."""
    names = ("begin_time", "end_time") if "begin_time" in call.params else ("start_time", "end_time")
    begin, end = (datetime.strptime(call.params[name], TIME_FORMAT).replace(tzinfo=UTC) for name in names)
    return begin, end


@dataclass
class Office:
    """The desk, what stands around it, and looks into the tables."""

    vendor: Vendor
    database: Database
    desk: Desk

    def account(self, code: str = "demo_nairobi", devices: int = 0) -> PolledAccount:
        """A polled account with so many devices."""
        add_vendor_account(self.database.url("owner"), code, code, polled=True)
        account = PolledAccount(
            self.database.value("select account_id from domain.accounts where code = %s", code), code
        )
        with self.database.connect("owner") as owner:
            for imei in imeis(devices):
                owner.execute(
                    "insert into domain.devices (imei, account_id) values (%s, %s)", (imei, account.account_id)
                )
        return account

    def rows(self, topic: str) -> list[tuple[bytes, dict[str, Any], str]]:
        """(body, meta, account) of the answers of a method, oldest first."""
        return self.database.rows(
            "select body, request_meta, code from events.raw join domain.accounts using (account_id)"
            " where source = 'jimi.poll' and topic = %s order by id",
            topic,
        )

    def watermark(self, job: str, subject: str = "") -> datetime | None:
        """How far a job has come."""
        found = self.database.rows(
            "select reached_at from events.poll_watermarks where job = %s and subject = %s", job, subject
        )
        return found[0][0] if found else None

    async def reach(self, job: str, account: PolledAccount, ago: timedelta, subject: str = "") -> datetime:
        """Set a watermark so long ago."""
        at = datetime.now(UTC).replace(microsecond=0) - ago
        await self.desk.memory.move_watermark(job, account, at, subject)
        return at

    async def set_back(self, job: str, account: PolledAccount, span: timedelta) -> None:
        """Let time pass for the watermark of an account: nothing else may set one back."""
        with self.database.connect("owner") as owner:
            owner.execute(
                "update events.poll_watermarks set reached_at = reached_at - %s"
                " where job = %s and account_id = %s and subject = ''",
                (span, job, account.account_id),
            )


@asynccontextmanager
async def open_office(database: Database) -> AsyncIterator[Office]:
    """An office that closes in good order."""
    async with AsyncExitStack() as stack:
        vendor = await stack.enter_async_context(serving_vendor())
        pool = make_pool(database.url("cron"), "test-cron", 4)
        await stack.enter_async_context(pool)
        http = await stack.enter_async_context(httpx.AsyncClient())
        store = DatabaseTokenStore(pool, SECRETS["SECRETS_KEY"], vendor.app_key, "root")
        log = GroupCommit(database.url("cron"), "test-cron-log")
        committing = asyncio.create_task(log.run())
        while not log.available:  # noqa: ASYNC110  (it has no bell)
            await asyncio.sleep(0.01)
        client = JimiClient(vendor.account, http, store, PACE)
        yield Office(vendor, database, Desk(client, log, PollMemory(pool), root="root"))
        committing.cancel()
        await asyncio.wait([committing])
