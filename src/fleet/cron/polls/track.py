"""The whole track of each device, finer than live positions. One call a device, some of more than two minutes:
each device has a watermark of its own, and the one that is furthest behind is asked about first."""

from datetime import UTC, datetime, timedelta

from fleet import clock
from fleet.cron.memory import PolledAccount
from fleet.cron.polls.each import for_each_device
from fleet.cron.polls.spans import SpanPoll
from fleet.cron.run import Desk, Run
from fleet.jimi.methods import TRACK_LIST, questions

NAME = "track"
POLL = SpanPoll(NAME, TRACK_LIST, overlap=timedelta(minutes=5), first_look=timedelta(minutes=30))
NEVER = datetime.min.replace(tzinfo=UTC)


async def poll(desk: Desk, account: PolledAccount) -> int:
    """The tracks since each device's watermark. Returns the rows. Errors: CannotBegin, UpstreamError."""
    return await poll_tracks(desk, account, POLL, timedelta())


async def poll_tracks(desk: Desk, account: PolledAccount, span_poll: SpanPoll, every: timedelta) -> int:
    """The tracks of the devices whose watermark is so long behind, the furthest first. Returns the rows."""
    devices = await desk.devices(account)
    reached = await desk.memory.watermarks(span_poll.name, account)
    newest = clock.now() - span_poll.behind_now - every
    due = [imei for imei in desk.awake(TRACK_LIST, devices) if reached.get(imei, NEVER) <= newest]
    due.sort(key=lambda imei: reached.get(imei, NEVER))
    run = Run(desk)

    async def ask_about(imei: str) -> None:
        for span in span_poll.windows(reached.get(imei), clock.now(), desk.gap_limit):
            for question in questions(TRACK_LIST, [imei], span):
                await run.ask_whole(question, account)
            if imei in run.refused:
                return
            await desk.memory.move_watermark(span_poll.name, account, span[1], imei)

    await for_each_device(desk, TRACK_LIST, due, ask_about)
    run.check_anybody(due)
    desk.let_rest(TRACK_LIST, run.refused)
    return run.rows
