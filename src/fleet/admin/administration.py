"""The application's side of administration, the same for the API and the command line.

Reads serve.*; writes events.raw alone. What is stated shows in domain.* when the worker has folded it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Literal

from fleet import clock
from fleet.admin.statements import Author, Statement
from fleet.db import Connection
from fleet.errors import DatabaseUnavailable, FleetError
from fleet.log.append import Entry

Kind = Literal["vehicles", "devices", "drivers", "accounts", "cost_centres", "cities"]
Row = dict[str, Any]

FOLDED_WITHIN_S = 2.0
LOOK_EVERY_S = 0.03


class StatementRefused(FleetError):
    """A statement that cannot stand. `code`: unknown, invalid or conflict; `field`: what it is about."""

    def __init__(self, code: str, field: str, message: str) -> None:
        super().__init__(message)
        self.code, self.field = code, field


@dataclass(frozen=True, slots=True)
class Recorded:
    """A statement that is in the log for good; `folded`: it shows in what is read."""

    event_id: int
    folded: bool


@dataclass(frozen=True, slots=True)
class Administration:
    """`reading` lends a connection that may call serve.*; `append` makes an entry durable and gives its id."""

    reading: Callable[[], AbstractAsyncContextManager[Connection]]
    append: Callable[[Entry], Awaitable[int]]

    async def page(self, kind: Kind, search: str, limit: int, offset: int) -> Row:
        """{items, total} of a kind, in the order of keys. Errors: DatabaseUnavailable."""
        found: Row = await self._value("select serve.fn_admin_page(%s, %s, %s, %s)", kind, search, limit, offset)
        return found

    async def item(self, kind: Kind, key: str) -> Row | None:
        """What is known of one thing, by its key; None when there is none."""
        found: Row | None = await self._value("select serve.fn_admin_item(%s, %s)", kind, key)
        return found

    async def device_history(self, imei: str) -> Row:
        """{vehicles, lifecycle} of a device, newest first."""
        found: Row = await self._value("select serve.fn_device_history(%s)", imei)
        return found

    async def vehicle_history(self, plate: str) -> Row:
        """{devices, drivers} of a vehicle, newest first."""
        found: Row = await self._value("select serve.fn_vehicle_history(%s)", plate)
        return found

    async def gaps(self) -> list[Row]:
        """Where upstream and ours differ, and what is missing or double; see docs/administration.md."""
        found: list[Row] = await self._value("select coalesce(jsonb_agg(to_jsonb(gap)), '[]') from serve.fn_gaps() gap")
        return found

    async def state(self, statement: Statement, author: Author) -> Recorded:
        """Put a statement into the log, and wait a moment for it to show.

        Errors: StatementRefused (nothing was recorded), DatabaseUnavailable.
        """
        account_id = await self._refuse_or_account(statement)
        event_id = await self.append(statement.entry(account_id, author, clock.now()))
        return Recorded(event_id, await self._is_folded_soon(event_id))

    async def _refuse_or_account(self, statement: Statement) -> int:
        body = statement.entry(0, Author("", "", ""), clock.now()).body.decode()
        async with self.reading() as db:
            asked = await db.execute("select * from serve.fn_admin_refusal(%s, %s::jsonb)", (statement.topic, body))
            refusal = await asked.fetchone()
            if refusal:
                raise StatementRefused(*refusal)
            row = await (await db.execute("select serve.platform_account()")).fetchone()
        assert row is not None
        return int(row[0])

    async def _is_folded_soon(self, event_id: int) -> bool:
        """Look until it is folded or time is up. Errors: StatementRefused where the parser could not read it."""
        deadline = time.monotonic() + FOLDED_WITHIN_S
        while True:
            folded, refusal = await self._fate(event_id)
            if refusal:
                raise StatementRefused("invalid", "", f"{refusal}.")
            if folded or time.monotonic() > deadline:
                return bool(folded)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _fate(self, event_id: int) -> tuple[bool, str | None]:
        """Whether it is folded, and why not. What is recorded stays so, though the database may now be away."""
        try:
            async with self.reading() as db:
                asked = await db.execute("select folded, refusal from serve.fn_statement_fate(%s)", (event_id,))
                row = await asked.fetchone()
        except DatabaseUnavailable:
            return False, None
        return row or (False, None)

    async def _value(self, query: str, *parameters: Any) -> Any:
        async with self.reading() as db:
            row = await (await db.execute(query.encode(), parameters)).fetchone()
        return row[0] if row else None
