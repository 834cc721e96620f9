"""What the server does with requests that grow, dawdle or are under way when it is asked to stop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from fleet import http_server
from fleet.errors import AddressTaken
from fleet.local.cluster_files import free_port

SAID = b"said"


async def echo(scope, receive, send) -> None:
    """Reads the whole body and answers with its length, in a head and a body."""
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        length, more = length + len(message["body"]), message["more_body"]
    body = str(length).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def serving(app=echo) -> AsyncIterator[int]:
    port = free_port()
    server = asyncio.ensure_future(http_server.serve_http(app, "127.0.0.1", port))
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            break
        except ConnectionRefusedError:
            assert not server.done(), server.result()
            await asyncio.sleep(0)
    writer.close()
    try:
        yield port
    finally:
        server.cancel()
        await asyncio.gather(server, return_exceptions=True)


async def said_to(port: int, *pieces: bytes) -> bytes:
    """Everything the server answers until it closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
    async with asyncio.timeout(5):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""
        finally:
            writer.close()


async def test_head_and_body_of_an_answer_come_in_one_piece() -> None:
    async with serving() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n" + SAID)
        first = await reader.read(65536)
        writer.close()
    assert first.startswith(b"HTTP/1.1 200")
    assert first.endswith(b"\r\n\r\n4")


@pytest.mark.parametrize(
    "request_so_far",
    [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\n", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n" + SAID],
    ids=["nothing", "part of a line", "part of a head", "part of a body"],
)
async def test_a_request_that_does_not_arrive_in_time_is_given_up(
    request_so_far: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "REQUEST_WITHIN_S", 0.2)
    async with serving() as port:
        assert await said_to(port, request_so_far) == b""


async def test_a_drip_of_bytes_wins_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "REQUEST_WITHIN_S", 0.3)
    async with serving() as port, asyncio.timeout(5):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\n")
        ended = asyncio.ensure_future(reader.read())
        while not ended.done():
            writer.write(b"A: b\r\n")
            await asyncio.wait([ended], timeout=0.05)
        writer.close()


async def test_a_connection_may_be_used_again_after_the_time_of_one_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "REQUEST_WITHIN_S", 0.2)
    async with serving() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(4):
            writer.write(b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n" + SAID)
            assert (await reader.readuntil(b"\r\n\r\n4")).startswith(b"HTTP/1.1 200")
            await asyncio.sleep(0.1)
        writer.close()


async def test_a_head_without_end_is_cut_off() -> None:
    endless = b"GET / HTTP/1.1\r\n" + (b"X-Filler: " + b"x" * 1000 + b"\r\n") * 2000
    async with serving() as port:
        assert await said_to(port, endless) == b""


async def test_what_is_under_way_is_answered_before_the_server_stops() -> None:
    began, go_on = asyncio.Event(), asyncio.Event()

    async def slow(scope, receive, send) -> None:
        began.set()
        await go_on.wait()
        await echo(scope, receive, send)

    port = free_port()
    server = asyncio.ensure_future(http_server.serve_http(slow, "127.0.0.1", port))
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            break
        except ConnectionRefusedError:
            await asyncio.sleep(0)
    writer.write(b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n" + SAID)
    await began.wait()
    server.cancel()
    asyncio.get_running_loop().call_later(0.3, go_on.set)
    assert (await reader.read()).endswith(b"4")
    with pytest.raises(asyncio.CancelledError):
        await server
    writer.close()


async def test_a_port_in_use_is_told() -> None:
    async with serving() as port:
        with pytest.raises(AddressTaken, match="Choose another port"):
            await http_server.serve_http(echo, "127.0.0.1", port)
