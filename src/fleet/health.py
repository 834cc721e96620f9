"""`/health/<role>` of every role, on a port of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from fleet.http_server import serve_http

Report = Callable[[], Awaitable[dict[str, Any]]]
"""Tells how the role is; the key `ok` decides between 200 and 503."""


async def serve_health(role: str, host: str, port: int, report: Report) -> None:
    """Serve until cancelled. `port` 0: no health server."""
    if port == 0:
        await asyncio.Event().wait()

    async def answer(_: Request) -> JSONResponse:
        told = await report()
        return JSONResponse({"role": role, **told}, 200 if told["ok"] else 503)

    app = Starlette(routes=[Route(f"/health/{role}", answer)])
    await serve_http(app, host, port)
