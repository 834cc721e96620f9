"""Following the log: listen, drain, wait. A lost doorbell costs at most the polling floor (P9)."""

import asyncio
from collections.abc import Awaitable, Callable

from fleet.db import UNREACHABLE, connect, first_line
from fleet.errors import DatabaseUnavailable
from fleet.observe import log

POLLING_FLOOR_S = 5.0
RECONNECT_S = 0.5


class Doorbell:
    """LISTENs on channels over one direct connection and rings for those who wait."""

    def __init__(self, url: str, application: str, channels: tuple[str, ...]) -> None:
        self._url = url
        self._application = application
        self._bells = {channel: asyncio.Event() for channel in channels}
        self.listening = asyncio.Event()

    async def run(self) -> None:
        """Listen until cancelled; after every (re)connection all bells ring, for rings may have been missed."""
        while True:
            try:
                await self._listen()
            except (*UNREACHABLE, DatabaseUnavailable) as lost:
                log.warning("listener_lost", reason=first_line(lost))
            self.listening.clear()
            await asyncio.sleep(RECONNECT_S)

    async def _listen(self) -> None:
        async with await connect(self._url, self._application) as connection:
            for channel in self._bells:
                await connection.execute(f"listen {channel}")
            self.listening.set()
            for bell in self._bells.values():
                bell.set()
            while True:
                async for ring in connection.notifies(timeout=POLLING_FLOOR_S):
                    self._bells[ring.channel].set()
                await connection.execute("select 1")  # a half-dead socket shows here

    async def heard(self, channel: str) -> None:
        """Return at the next ring of `channel`, at the latest after the polling floor."""
        bell = self._bells[channel]
        try:
            async with asyncio.timeout(POLLING_FLOOR_S):
                await bell.wait()
        except TimeoutError:
            return
        finally:
            bell.clear()

    def ring(self, channel: str) -> None:
        """Ring from inside the process."""
        self._bells[channel].set()


async def follow(doorbell: Doorbell, channel: str, drain: Callable[[], Awaitable[bool]], name: str) -> None:
    """Call `drain` until it has nothing left, then wait for the doorbell; for ever, whatever breaks."""
    while True:
        try:
            while await drain():
                pass
        except (*UNREACHABLE, DatabaseUnavailable) as lost:
            log.warning("drain_interrupted", name=name, reason=first_line(lost))
            await asyncio.sleep(RECONNECT_S)
            continue
        await doorbell.heard(channel)
