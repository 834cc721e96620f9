"""A sandbox served over real HTTP with a clock that the test moves, and a receiver for its pushes."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import orjson
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fleet.jimi.signing import sign
from fleet.sandbox.options import SandboxOptions
from fleet.sandbox.server import create_app
from fleet.sandbox.world import World

NOON = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, **span: float) -> None:
        self.at += timedelta(**span)


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """The address of an application served on a free port; connections wait in the backlog until it is up."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await task


@dataclass
class Sandbox:
    """A served sandbox, the client that talks to it, and the hands to move its clock."""

    world: World
    http: httpx.AsyncClient
    clock: MovableClock
    tasks: list[asyncio.Task[None]]

    def signed(self, method: str, **parameters: str) -> dict[str, str]:
        """A call's parameters with a right signature."""
        options = self.world.options
        full = {
            "method": method,
            "timestamp": self.clock.at.strftime("%Y-%m-%d %H:%M:%S"),
            "app_key": options.app_key,
            "sign_method": "md5",
            "v": "1.0",
            "format": "json",
        } | parameters
        return full | {"sign": sign(full, options.app_secret)}

    async def call(self, method: str, **parameters: str) -> dict[str, Any]:
        """The answer to a signed call."""
        answer = await self.http.post("/route/rest", data=self.signed(method, **parameters))
        return answer.json()

    async def token(self, expires_in: int = 7200) -> str:
        """A fresh access token."""
        user = {"user_id": self.world.options.user_id, "user_pwd_md5": self.world.options.user_pwd_md5}
        answer = await self.call("jimi.oauth.token.get", **user, expires_in=str(expires_in))
        return answer["result"]["accessToken"]

    def live(self, **span: float) -> None:
        """Let so much time pass."""
        self.clock.move(**span)
        self.world.tick()


@pytest.fixture
async def start_sandbox() -> AsyncIterator[Callable[..., Awaitable[Sandbox]]]:
    """Starts sandboxes with the options given; the fleet is at noon, or at another time."""
    async with AsyncExitStack() as stack:

        async def start(at: datetime = NOON, **options: Any) -> Sandbox:
            clock = MovableClock(at)
            app = create_app(SandboxOptions(**{"vehicles": 12, **options}), clock)
            url = await stack.enter_async_context(serving(app))
            http = await stack.enter_async_context(httpx.AsyncClient(base_url=url, verify=False, timeout=60))
            await http.get("/control/health")
            sandbox = Sandbox(app.state.world, http, clock, app.state.tasks)
            sandbox.live(seconds=5)
            return sandbox

        yield start


@pytest.fixture
async def sandbox(start_sandbox: Callable[..., Awaitable[Sandbox]]) -> Sandbox:
    """A sandbox of twelve vehicles that pushes nowhere."""
    return await start_sandbox()


def opened(request: Request, content: bytes) -> tuple[str, list[dict[str, Any]]]:
    """(token, items) of a body, be it a form or JSON, a list or flat; no items if it breaks off."""
    try:
        if request.headers["content-type"] == "application/json":
            members = orjson.loads(content)
        else:
            members = {name: values[0] for name, values in parse_qs(content.decode()).items()}
            for name in ("data_list", "data"):
                if name in members:
                    members[name] = orjson.loads(members[name])
    except ValueError:
        return "", []
    return members.get("token", ""), members.get("data_list", [members])


@dataclass
class Receiver:
    """A push receiver that keeps what it accepted and refuses as often as it is told to."""

    url: str = ""
    refusals: list[int] = field(default_factory=list)
    attempts: list[int] = field(default_factory=list)
    accepted: list[tuple[str, str, list[dict[str, Any]]]] = field(default_factory=list)
    content_types: list[str] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def receive(self, request: Request) -> Response:
        status = self.refusals.pop(0) if self.refusals else 200
        content = await request.body()
        async with self.news:
            self.attempts.append(status)
            if status == 200:
                self.content_types.append(request.headers["content-type"])
                self.accepted.append((request.path_params["path"], *opened(request, content)))
            self.news.notify_all()
        return JSONResponse({"code": 0 if status == 200 else 1, "msg": "", "message": ""}, status)

    async def until(self, reached: Callable[["Receiver"], bool]) -> None:
        """Wait for the receiver to have got so far."""
        async with self.news:
            await asyncio.wait_for(self.news.wait_for(lambda: reached(self)), 10)

    def items(self, path: str) -> list[dict[str, Any]]:
        """All items accepted at a path, in order of arrival."""
        return [item for at, _, items in self.accepted if at == path for item in items]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A real HTTP server at `<url>/push…`."""
    made = Receiver()
    app = Starlette(routes=[Route("/push/{family}/{path}", made.receive, methods=["POST"])])
    async with serving(app) as url:
        made.url = f"{url}/push/jimi"
        yield made
