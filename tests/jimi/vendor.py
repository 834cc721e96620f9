"""A vendor that misbehaves on command, over real HTTP: every reply is the test's, to the byte."""

import asyncio
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson

from fleet.jimi.signing import sign
from fleet.jimi.transport import JimiAccount

SECRET = "demosecret0000000000000000000000"
TOKEN_GET, TOKEN_REFRESH = "jimi.oauth.token.get", "jimi.oauth.token.refresh"
JSON = "application/json;charset=UTF-8"


@dataclass
class Reply:
    """What goes out. `cut_bytes` of the declared length are never sent; `wait_for` is waited on before."""

    body: bytes
    status: int = 200
    content_type: str = JSON
    cut_bytes: int = 0
    wait_for: asyncio.Event | None = None


@dataclass(frozen=True)
class Call:
    """A request that arrived."""

    method: str
    params: dict[str, str]
    at_s: float


Script = Callable[[Call], Reply]


def told(code: Any, message: str = "success", **payload: Any) -> Reply:
    """An answer in the vendor's envelope."""
    return Reply(orjson.dumps({"code": code, "message": message, **payload}))


@dataclass
class Vendor:
    """Its calls, the tokens it takes, and what it says: a reply of the queue, else the script's, else success."""

    port: int = 0
    app_key: str = field(default_factory=lambda: secrets.token_hex(6))
    calls: list[Call] = field(default_factory=list)
    queue: deque[Reply] = field(default_factory=deque)
    scripts: dict[str, Script] = field(default_factory=dict)
    takes: set[str] = field(default_factory=set)
    lifetime_s: int = 7200
    under_way: dict[str, int] = field(default_factory=dict)
    most_at_once: dict[str, int] = field(default_factory=dict)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def account(self) -> JimiAccount:
        return JimiAccount(f"http://127.0.0.1:{self.port}/route/rest", self.app_key, SECRET, "root", "md5")

    def of(self, method: str) -> list[Call]:
        """The calls of a method."""
        return [call for call in self.calls if call.method == method]

    @property
    def tokens_given(self) -> int:
        return len(self.of(TOKEN_GET)) + len(self.of(TOKEN_REFRESH))

    async def wait_for_calls(self, method: str, count: int) -> None:
        """Return when so many calls of a method have arrived."""
        async with asyncio.timeout(10), self.arrived:
            await self.arrived.wait_for(lambda: len(self.of(method)) >= count)

    def reply(self, call: Call) -> Reply:
        if call.method in self.scripts:
            return self.scripts[call.method](call)
        if call.method in (TOKEN_GET, TOKEN_REFRESH):
            return self.new_token()
        if call.params.get("access_token") not in self.takes:
            return told(1004, "Illegal request，token is invalid", result=None)
        return self.queue.popleft() if self.queue else told(0, result=[{"imei": "869999050001018"}])

    def new_token(self) -> Reply:
        access = secrets.token_hex(16)
        self.takes.add(access)
        pair = {"accessToken": access, "refreshToken": secrets.token_hex(16), "expiresIn": str(self.lifetime_s)}
        return told(0, result=pair)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split("\r\n")[0])
        form = dict(parse_qsl((await reader.readexactly(length)).decode(), keep_blank_values=True))
        assert form["sign"] == sign(form, SECRET), "wrongly signed"
        call = Call(form["method"], form, time.monotonic())
        self.calls.append(call)
        async with self.arrived:
            self.arrived.notify_all()
        self.under_way[call.method] = self.under_way.get(call.method, 0) + 1
        self.most_at_once[call.method] = max(self.most_at_once.get(call.method, 0), self.under_way[call.method])
        try:
            await self.answer(self.reply(call), writer)
        finally:
            self.under_way[call.method] -= 1

    async def answer(self, reply: Reply, writer: asyncio.StreamWriter) -> None:
        if reply.wait_for is not None:
            await reply.wait_for.wait()
        head = (
            f"HTTP/1.1 {reply.status} Said\r\nContent-Type: {reply.content_type}\r\n"
            f"Content-Length: {len(reply.body) + reply.cut_bytes}\r\nConnection: close\r\n\r\n"
        )
        try:
            writer.write(head.encode() + reply.body)
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        except ConnectionError:
            pass


@asynccontextmanager
async def serving_vendor() -> AsyncIterator[Vendor]:
    """A vendor on a free port."""
    vendor = Vendor()
    server = await asyncio.start_server(vendor.serve, "127.0.0.1", 0)
    vendor.port = server.sockets[0].getsockname()[1]
    try:
        yield vendor
    finally:
        server.close()
