"""Polls over spans of time: from the watermark on to the present, oldest first, with overlap.

A watermark moves when the answers of its window are in the log. So a kill, a failure or days of downtime cost
nothing but asking again, and what is asked twice is the same fact.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fleet import clock
from fleet.cron.memory import PolledAccount
from fleet.cron.polls.each import for_each_device
from fleet.cron.run import Desk, Run
from fleet.jimi.methods import Method, questions
from fleet.observe import log

Span = tuple[datetime, datetime]
BEHIND_NOW = timedelta(seconds=60)
"""The vendor refuses an end that lies ahead of its own clock."""


@dataclass(frozen=True, slots=True)
class SpanPoll:
    """`overlap`: each window begins so much before the watermark, for what arrives late or still changes.
    `first_look`: how far back an account or device is asked about that was never asked about before.
    `behind_now`: how old the newest is that is asked for."""

    name: str
    method: Method
    overlap: timedelta
    first_look: timedelta
    behind_now: timedelta = BEHIND_NOW

    def windows(self, reached: datetime | None, now: datetime, gap_limit: timedelta) -> Iterator[Span]:
        """(begin, end) of each window that is to be asked, oldest first; `end` is the new watermark."""
        end = (now - self.behind_now).replace(microsecond=0)
        earliest = end - min(gap_limit, self.method.oldest - self.overlap)
        begin = max(reached or end - self.first_look, earliest)
        if reached is not None and reached < earliest:
            log.warning("gap_not_filled", job=self.name, begin=reached.isoformat(), end=earliest.isoformat())
        while begin < end:
            until = min(begin + self.method.longest_span - self.overlap, end)
            yield begin - self.overlap, until
            begin = until


@dataclass(slots=True)
class _Asking:
    """One run over an account; `variants`: each window is asked in each of them (more parameters)."""

    desk: Desk
    account: PolledAccount
    poll: SpanPoll
    variants: Sequence[Mapping[str, str]]
    run: Run

    async def ask(self, imeis: Sequence[str], span: Span) -> None:
        for variant in self.variants:
            for question in questions(self.poll.method, imeis, span, variant):
                await self.run.ask_whole(question, self.account)

    async def together(self, imeis: Sequence[str], reached: datetime | None) -> None:
        """The devices under the account's watermark. One that is refused lags behind from then on, by itself."""
        for begin, end in self.poll.windows(reached, clock.now(), self.desk.gap_limit):
            before = set(self.run.refused)
            await self.ask(imeis, (begin, end))
            self.run.check_anybody(imeis)
            for imei in set(self.run.refused) - before:
                await self.move(begin + self.poll.overlap, imei)
            await self.move(end)
        self.desk.let_rest(self.poll.method, self.run.refused)

    async def catch_up(self, imei: str, reached: datetime) -> None:
        """A device that lags behind, up to where it is one of the account's again."""
        for begin, end in self.poll.windows(reached, clock.now(), self.desk.gap_limit):
            await self.ask([imei], (begin, end))
            if imei in self.run.refused:
                self.desk.let_rest(self.poll.method, [imei])
                return
            await self.move(end, imei)
        await self.desk.memory.forget_watermark(self.poll.name, self.account, imei)

    async def move(self, reached: datetime, imei: str = "") -> None:
        await self.desk.memory.move_watermark(self.poll.name, self.account, reached, imei)


async def poll_account(
    desk: Desk, account: PolledAccount, poll: SpanPoll, variants: Sequence[Mapping[str, str]] = ({},)
) -> int:
    """All devices of an account from its watermark on; from their own those that the vendor once refused, and
    those that are new to the account.

    Returns the rows. Errors: CannotBegin, UpstreamError.
    """
    imeis = await desk.devices(account)
    since = (clock.now() - poll.behind_now - poll.first_look).replace(microsecond=0)
    await desk.memory.enter_devices(poll.name, account, imeis, since)
    marks = await desk.memory.watermarks(poll.name, account)
    asking = _Asking(desk, account, poll, variants, Run(desk))
    await asking.together([imei for imei in imeis if imei not in marks], marks.get(""))
    behind = desk.awake(poll.method, (imei for imei in imeis if imei in marks))
    await for_each_device(desk, poll.method, behind, lambda imei: asking.catch_up(imei, marks[imei]))
    return asking.run.rows
