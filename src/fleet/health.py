"""`/health/<role>` of every role, on a port of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

Report = Callable[[], Awaitable[dict[str, Any]]]
"""Tells how the role is; the key `ok` decides between 200 and 503."""


class _Server(uvicorn.Server):
    """Leaves the signals to the role."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve_health(role: str, host: str, port: int, report: Report) -> None:
    """Serve until cancelled. `port` 0: no health server."""
    if port == 0:
        await asyncio.Event().wait()

    async def answer(_: Request) -> JSONResponse:
        told = await report()
        return JSONResponse({"role": role, **told}, 200 if told["ok"] else 503)

    app = Starlette(routes=[Route(f"/health/{role}", answer)])
    config = uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False, lifespan="off")
    await _Server(config).serve()
