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


async def poll(desk: Desk, account: PolledAccount) -> int | None:
    """The tracks since each device's watermark. Returns the rows; None while no device is known."""
    devices = await desk.memory.devices(account)
    reached = await desk.memory.watermarks(NAME, account)
    imeis = sorted(desk.awake(TRACK_LIST, devices), key=lambda imei: reached.get(imei, NEVER))
    run = Run(desk)

    async def ask_about(imei: str) -> None:
        for begin, end in POLL.windows(reached.get(imei), clock.now(), desk.gap_limit):
            for question in questions(TRACK_LIST, [imei], (begin, end)):
                await run.ask_whole(question, account)
            if imei in run.refused:
                return
            await desk.memory.move_watermark(NAME, account, end, imei)

    await for_each_device(desk, TRACK_LIST, imeis, ask_about)
    run.check_anybody(imeis)
    desk.let_rest(TRACK_LIST, run.refused)
    return run.rows if devices else None
