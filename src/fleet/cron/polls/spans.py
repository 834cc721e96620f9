"""Polls over spans of time: from the watermark on to the present, oldest first, with overlap.

A watermark moves when the answers of its window are in the log. So a kill, a failure or days of downtime cost
nothing but asking again, and what is asked twice is the same fact.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fleet import clock
from fleet.cron.memory import PolledAccount
from fleet.cron.run import Desk, Run
from fleet.jimi.methods import Method, questions
from fleet.observe import log

BEHIND_NOW = timedelta(seconds=60)
"""The vendor refuses an end that lies ahead of its own clock."""


@dataclass(frozen=True, slots=True)
class SpanPoll:
    """`overlap`: each window begins so much before the watermark, for what arrives late or still changes.
    `first_look`: how far back an account or device is asked about that was never asked about before."""

    name: str
    method: Method
    overlap: timedelta
    first_look: timedelta

    def windows(self, reached: datetime | None, now: datetime, gap_limit: timedelta) -> Iterator[tuple[datetime, ...]]:
        """(begin, end) of each window that is to be asked, oldest first; `end` is the new watermark."""
        end = (now - BEHIND_NOW).replace(microsecond=0)
        earliest = end - min(gap_limit, self.method.oldest - self.overlap)
        begin = max(reached or end - self.first_look, earliest)
        if reached is not None and reached < earliest:
            log.warning("gap_not_filled", job=self.name, begin=reached.isoformat(), end=earliest.isoformat())
        while begin < end:
            until = min(begin + self.method.longest_span - self.overlap, end)
            yield begin - self.overlap, until
            begin = until


async def poll_account(
    desk: Desk, account: PolledAccount, poll: SpanPoll, variants: Sequence[Mapping[str, str]] = ({},)
) -> int | None:
    """All devices of an account under one watermark, each window in each of the `variants` (more parameters).

    Returns the rows; None while no device of the account is known.
    """
    imeis = await desk.memory.devices(account)
    if not imeis:
        return None
    reached = (await desk.memory.watermarks(poll.name, account)).get("")
    run = Run(desk)
    for begin, end in poll.windows(reached, clock.now(), desk.gap_limit):
        for variant in variants:
            for question in questions(poll.method, imeis, (begin, end), variant):
                await run.ask_whole(question, account)
        if len(run.refusals) >= len(imeis):
            raise run.refusals[-1]
        await desk.memory.move_watermark(poll.name, account, end)
    return run.rows
