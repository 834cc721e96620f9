"""The load generator, a process of its own: `python -m bench.load`. Prints one JSON line.

HTTP/1.1 over raw sockets with keep-alive: each connection sends its next push when the last was answered, or,
with `--per-second`, when it is due.
"""

import argparse
import asyncio
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

import orjson
import uvloop

from bench.bodies import TOKEN, fix, push_body, whole_second

WARM_UP_S = 0.7
DISTINCT_BODIES = 500
HEAD = (
    "POST /push/jimi/pushgps HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    "Content-Length: {}\r\n\r\n"
)


@dataclass
class Tally:
    """What the connections saw since the warm-up."""

    latencies_s: list[float] = field(default_factory=list)
    not_ok: int = 0


class Connection(asyncio.Protocol):
    """One keep-alive connection with at most one push under way."""

    def __init__(self, requests: Iterator[bytes], tally: Tally, interval_s: float) -> None:
        self._requests = requests
        self._tally = tally
        self._interval_s = interval_s
        self._answer = b""
        self._due = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first push."""
        self._transport = cast(asyncio.Transport, transport)
        self._due = time.perf_counter()
        self._send()

    def data_received(self, data: bytes) -> None:
        """Note a whole answer and send the next push."""
        self._answer += data
        head_ends = self._answer.find(b"\r\n\r\n")
        if head_ends < 0 or len(self._answer) < head_ends + 4 + content_length(self._answer[:head_ends]):
            return
        self._tally.latencies_s.append(time.perf_counter() - self._due)
        self._tally.not_ok += b" 200 " not in self._answer[:16]
        self._answer = b""
        self._next()

    def _next(self) -> None:
        now = time.perf_counter()
        if not self._interval_s:
            self._due = now
            return self._send()
        # a late answer counts from when the push was due: a stall is not forgotten
        self._due += self._interval_s
        asyncio.get_running_loop().call_later(max(0.0, self._due - now), self._send)

    def _send(self) -> None:
        self._transport.write(next(self._requests))


def content_length(head: bytes) -> int:
    """The length that an answer announces."""
    lower = head.lower()
    start = lower.find(b"content-length: ")
    return int(lower[start + 16 :].split(b"\r\n", 1)[0]) if start >= 0 else 0


def requests(items: int) -> Iterator[bytes]:
    """Pushes of `items` fixes each, over and over."""
    now = whole_second()
    bodies = (
        push_body([fix(n * items + k, now - timedelta(seconds=n % 60)) for k in range(items)])
        for n in range(DISTINCT_BODIES)
    )
    return itertools.cycle([HEAD.format(len(body)).encode() + body for body in bodies])


async def run(port: int, seconds: float, connections: int, items: int, per_second: float) -> dict[str, float]:
    """Push for so long; gives rate and latencies."""
    tally, source = Tally(), requests(items)
    interval_s = connections / per_second if per_second else 0.0
    loop = asyncio.get_running_loop()
    for _ in range(connections):
        await loop.create_connection(lambda: Connection(source, tally, interval_s), "127.0.0.1", port)
        await asyncio.sleep(interval_s / connections)
    await asyncio.sleep(WARM_UP_S)
    tally.latencies_s.clear()
    started = time.perf_counter()
    await asyncio.sleep(seconds)
    elapsed_s = time.perf_counter() - started
    ordered = sorted(tally.latencies_s)
    return {
        "pushes": len(ordered),
        "rps": len(ordered) / elapsed_s,
        "p50_ms": ordered[len(ordered) // 2] * 1000,
        "p99_ms": ordered[int(len(ordered) * 0.99)] * 1000,
        "not_ok": tally.not_ok,
    }


def main() -> None:
    """Read the arguments, push, print."""
    parser = argparse.ArgumentParser(description=__doc__, epilog=f"Pushes carry the token {TOKEN}.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--items", type=int, default=2)
    parser.add_argument("--per-second", type=float, default=0.0)
    asked = parser.parse_args()
    result = uvloop.run(run(asked.port, asked.seconds, asked.connections, asked.items, asked.per_second))
    print(orjson.dumps(result).decode())


if __name__ == "__main__":
    main()
