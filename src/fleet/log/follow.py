"""Following the log: listen, drain, wait. A lost doorbell costs at most the polling floor (P9)."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import psycopg

from fleet.db import UNREACHABLE, connect, first_line
from fleet.errors import DatabaseUnavailable
from fleet.observe import log

POLLING_FLOOR_S = 5.0
RECONNECT_S = 0.5


class Doorbell:
    """LISTENs on channels over one direct connection and counts the rings of each.

    Rings are counted, not flagged: of several followers of a channel none can use up another's ring.
    """

    def __init__(self, url: str, application: str, channels: tuple[str, ...]) -> None:
        self._url = url
        self._application = application
        self._rings = dict.fromkeys(channels, 0)
        self._rung = asyncio.Condition()
        self.listening = asyncio.Event()
        self.refused: dict[str, str] = {}
        """Followers whose last work the database refused, and why."""

    async def run(self) -> None:
        """Listen until cancelled; every (re)connection rings all bells, for rings may have been missed."""
        while True:
            try:
                await self._listen()
            except (*UNREACHABLE, DatabaseUnavailable, TimeoutError) as lost:
                log.warning("listener_lost", reason=first_line(lost))
            self.listening.clear()
            await asyncio.sleep(RECONNECT_S)

    async def _listen(self) -> None:
        async with await connect(self._url, self._application) as connection:
            for channel in self._rings:
                await connection.execute(f"listen {channel}")
            self.listening.set()
            await self._ring(*self._rings)
            while True:
                async for ring in connection.notifies(timeout=POLLING_FLOOR_S):
                    await self._ring(ring.channel)
                async with asyncio.timeout(POLLING_FLOOR_S):
                    await connection.execute("select 1")  # a half-dead socket shows here

    async def _ring(self, *channels: str) -> None:
        async with self._rung:
            for channel in channels:
                self._rings[channel] += 1
            self._rung.notify_all()

    def rings(self, channel: str) -> int:
        """How often the channel has rung; remember it before looking for work."""
        return self._rings[channel]

    async def rung_since(self, channel: str, rings: int) -> None:
        """Return when the channel has rung more than `rings` times, at the latest after the polling floor."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(POLLING_FLOOR_S), self._rung:
                await self._rung.wait_for(lambda: self._rings[channel] > rings)


async def follow(doorbell: Doorbell, channel: str, drain: Callable[[], Awaitable[bool]], name: str) -> None:
    """Call `drain` until it has nothing left, then wait for the doorbell; for ever, whatever breaks."""
    while True:
        rings = doorbell.rings(channel)
        try:
            while await drain():
                pass
        except (*UNREACHABLE, DatabaseUnavailable) as lost:
            log.warning("drain_interrupted", name=name, reason=first_line(lost))
            await asyncio.sleep(RECONNECT_S)
            continue
        except psycopg.Error as refused:  # what one follower cannot digest must not stop the others
            doorbell.refused[name] = first_line(refused)
            log.error("drain_refused", name=name, reason=first_line(refused))
            await asyncio.sleep(POLLING_FLOOR_S)
            continue
        doorbell.refused.pop(name, None)
        await doorbell.rung_since(channel, rings)
