"""HTTP on the role's own event loop: uvicorn, but signals are the role's, and requests arrive within bounds."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fleet.errors import AddressTaken

MAX_HEAD_BYTES = 65_536
REQUEST_WITHIN_S = 30.0
"""A request has so long to arrive whole, a new connection to begin one."""
KEEP_ALIVE_S = 75
BACKLOG = 1024
GRACE_S = 2
"""What is under way when the server is asked to stop has so long to end."""


class _OneWrite:
    """A transport that sends all that is written in one turn of the loop at once: an answer's head and body are two."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._unsent: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._unsent:
            self._loop.call_soon(self._send)
        self._unsent.append(data)

    def close(self) -> None:
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._unsent:
            unsent, self._unsent = self._unsent, []
            self._transport.write(b"".join(unsent))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class _Protocol(HttpToolsProtocol):
    """A request that grows or dawdles without end would hold its connection for ever; uvicorn lets it."""

    _in_head = False
    _arriving = True
    _head_bytes = 0
    _overdue: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(cast(asyncio.Transport, _OneWrite(transport, self.loop)))
        self._overdue = self.loop.call_later(REQUEST_WITHIN_S, self.transport.close)

    def data_received(self, data: bytes) -> None:
        self._head_bytes += len(data)
        super().data_received(data)
        if not self._arriving:
            self._wait_no_more()
        elif self._in_head and self._head_bytes > MAX_HEAD_BYTES:
            self.transport.close()
        elif self._overdue is None:
            self._overdue = self.loop.call_later(REQUEST_WITHIN_S, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self._arriving = self._in_head = True
        self._head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._arriving = False
        super().on_message_complete()

    def _wait_no_more(self) -> None:
        if self._overdue is not None:
            self._overdue.cancel()
            self._overdue = None


class _Server(uvicorn.Server):
    """Leaves the signals to the role."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve_http(
    app: Any, host: str, port: int, *, lifespan: Literal["on", "off"] = "off", shares_port: bool = False
) -> None:
    """Serve an ASGI application until cancelled. `shares_port`: beside other processes. Errors: AddressTaken."""
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan=lifespan,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
    )
    server = _Server(config)
    with _listening(host, port, shares_port) as listener:
        serving = asyncio.ensure_future(server.serve([listener]))
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            server.should_exit = True
            await asyncio.wait([serving], timeout=2 * GRACE_S)
            raise


@contextmanager
def _listening(host: str, port: int, shares_port: bool) -> Iterator[socket.socket]:
    try:
        listener = socket.create_server((host, port), backlog=BACKLOG, reuse_port=shares_port)
    except OSError as refused:
        raise AddressTaken(f"Cannot listen on {host}:{port} ({refused.strerror}). Choose another port.") from refused
    with listener:
        yield listener
