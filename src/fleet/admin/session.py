"""The command line's way to administration: the owner's login, the operator's name, what is printed."""

import asyncio
import getpass
import uuid
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import Any, TypeVar

import orjson

from fleet.admin.administration import Administration
from fleet.admin.statements import Author
from fleet.config import OwnerSettings
from fleet.db import connect
from fleet.log.append import Entry, append

Told = TypeVar("Told")


def owner_url() -> str:
    """The owner's way into the database. Errors: SettingMissing."""
    return OwnerSettings.read().database_owner_url.get_secret_value()


def as_operator(work: Callable[[Administration], Awaitable[Told]]) -> Told:
    """Do something with the application's side of administration. Errors: those of it, DatabaseUnavailable."""

    async def run() -> Told:
        async with await connect(owner_url(), "fleet-admin") as db:

            async def append_one(entry: Entry) -> int:
                return (await append(db, [entry]))[0]

            return await work(Administration(lambda: nullcontext(db), append_one))

    return asyncio.run(run())


def author(name: str | None, reason: str | None) -> Author:
    """Who works at this machine, unless another name is given."""
    return Author(name or getpass.getuser(), str(uuid.uuid4()), "operator", reason)


def told(value: Any, as_json: bool, text: str) -> None:
    """Print for scripts or for people."""
    print(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() if as_json else text)
