"""How often and how many at once an application key may call, and when it must not call at all.

Calls a second with a burst for all; so many fast ones at once; each slow method one at a time in a slot of its
own, so that a track of two minutes holds up no other poll. A pause that the vendor asked for holds for all.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from fleet import clock
from fleet.jimi.answers import UpstreamPaused
from fleet.jimi.methods import Method

LONGEST_WAIT_S = 30.0
FIRST_BACK_OFF_S, MOST_BACK_OFF_S = 1.5, 300.0


@dataclass(frozen=True, slots=True)
class Pace:
    """What an application key may do."""

    calls_per_s: float = 2.0
    burst_calls: int = 4
    fast_at_once: int = 2
    address_pause_s: float = 600.0
    """After "this address has called too often"."""
    day_pause_s: float = 21_600.0
    """After "the day's calls are used up", or until the next UTC day where that is sooner."""


class Limiter:
    """The one limiter of an application key."""

    def __init__(self, pace: Pace) -> None:
        self._gap_s = 1 / pace.calls_per_s
        self._credit_s = pace.burst_calls * self._gap_s
        self._booked_s = 0.0
        self._fast = asyncio.Semaphore(pace.fast_at_once)
        self._slow: dict[str, asyncio.Semaphore] = {}
        self._paused_until_s = 0.0
        self._reason = ""
        self._backed_off_at_s = 0.0
        self._back_offs = 0

    @asynccontextmanager
    async def turn(self, method: Method) -> AsyncIterator[None]:
        """Wait for a turn, and hold the slot for as long as the call takes. Errors: UpstreamPaused."""
        self._refuse_long_pause()
        slot = self._slow.setdefault(method.name, asyncio.Semaphore(1)) if method.slow else self._fast
        async with slot:
            while (pause_s := self._pause_s()) > 0:
                self._refuse_long_pause()
                await asyncio.sleep(pause_s)
            await asyncio.sleep(self._book())
            yield

    def pause(self, seconds: float, reason: str) -> None:
        """Nothing is asked for so long; a longer pause under way stays."""
        until_s = time.monotonic() + seconds
        if until_s > self._paused_until_s:
            self._paused_until_s, self._reason = until_s, reason

    def back_off(self, asked_s: float) -> None:
        """The vendor found us too frequent: a pause, twice as long each time in a row, with jitter.

        `asked_s`: when the call began (monotonic); one that began before the last pause says nothing new.
        """
        if asked_s >= self._backed_off_at_s:
            wait_s = min(FIRST_BACK_OFF_S * 2**self._back_offs, MOST_BACK_OFF_S)
            self._back_offs = min(self._back_offs + 1, 10)
            self.pause(wait_s * random.uniform(0.75, 1.25), "calls were too frequent")  # noqa: S311
            self._backed_off_at_s = self._paused_until_s

    def eased(self) -> None:
        """A call succeeded: the next pause is short again."""
        self._back_offs = 0

    def _book(self) -> float:
        """Take a place in the row of calls; how long it is away in seconds."""
        now_s = time.monotonic()
        self._booked_s = max(self._booked_s, now_s) + self._gap_s
        return max(0.0, self._booked_s - now_s - self._credit_s)

    def _pause_s(self) -> float:
        return self._paused_until_s - time.monotonic()

    def _refuse_long_pause(self) -> None:
        if (pause_s := self._pause_s()) > LONGEST_WAIT_S:
            until = clock.now() + timedelta(seconds=pause_s + 0.5)
            raise UpstreamPaused(f"The vendor is not asked before {until:%Y-%m-%d %H:%M:%S} UTC: {self._reason}.")
