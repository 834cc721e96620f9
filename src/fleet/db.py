"""Connections: the only place that opens them, and what a server must promise before we trust it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from fleet.errors import DatabaseUnavailable, UnsafeServer

Connection = psycopg.AsyncConnection[Any]

UNREACHABLE = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout)
"""What psycopg raises when the server is away, closing, or too slow."""


CONNECT_WITHIN_S = 5
WORK_WITHIN_S = 15.0


async def connect(url: str, application: str) -> Connection:
    """One connection in autocommit, UTC. Errors: DatabaseUnavailable."""
    try:
        return await psycopg.AsyncConnection.connect(
            url,
            autocommit=True,
            application_name=application,
            connect_timeout=CONNECT_WITHIN_S,
            prepare_threshold=None,
        )
    except psycopg.OperationalError as refused:
        raise DatabaseUnavailable(f"The database does not answer: {first_line(refused)}") from refused


def make_pool(url: str, application: str, size: int) -> AsyncConnectionPool[Connection]:
    """A pool, not yet open. Connections are in autocommit, UTC, and work behind a transaction pooler."""
    return AsyncConnectionPool(
        url,
        min_size=1,
        max_size=size,
        open=False,
        timeout=5,
        reconnect_timeout=30,
        kwargs={
            "autocommit": True,
            "application_name": application,
            "connect_timeout": CONNECT_WITHIN_S,
            "prepare_threshold": None,
        },
    )


@asynccontextmanager
async def borrowed(pool: AsyncConnectionPool[Connection]) -> AsyncIterator[Connection]:
    """A connection of the pool, for work of a moment.

    Errors: DatabaseUnavailable when there is none, it breaks, or the work is not done in time: a network
    that swallows everything says nothing, and who waits for it waits for ever.
    """
    try:
        async with asyncio.timeout(WORK_WITHIN_S), pool.connection() as connection:
            yield connection
    except TimeoutError as silent:
        raise DatabaseUnavailable(f"The database did not answer within {WORK_WITHIN_S:g} s.") from silent
    except UNREACHABLE as lost:
        raise DatabaseUnavailable(f"The database does not answer: {first_line(lost)}") from lost


async def probe(connection: Connection) -> None:
    """Is the server still there? Errors: those of UNREACHABLE, or TimeoutError when it is silent."""
    async with asyncio.timeout(CONNECT_WITHIN_S):
        await connection.execute("select 1")


async def refuse_unsafe(connection: Connection) -> None:
    """Acknowledged must mean on disk. Errors: UnsafeServer, naming the setting."""
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        row = await (await connection.execute("select current_setting(%s)", (setting,))).fetchone()
        if row is None or row[0] == "off":
            raise UnsafeServer(f"{setting} is off on the database server: turn it on, or commits may be lost.")


def first_line(error: BaseException) -> str:
    """The first line of a driver's message: the rest repeats it or names hosts."""
    return str(error).strip().split("\n", 1)[0]
