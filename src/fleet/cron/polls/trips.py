"""Trips as the vendor cuts them. A trip under way is reported with a provisional end, so the overlap is long."""

from datetime import timedelta

from fleet.cron.memory import PolledAccount
from fleet.cron.polls.spans import SpanPoll, poll_account
from fleet.cron.run import Desk
from fleet.jimi.methods import TRIPS

NAME = "trips"
POLL = SpanPoll(NAME, TRIPS, overlap=timedelta(hours=6), first_look=timedelta(hours=18))


async def poll(desk: Desk, account: PolledAccount) -> int:
    """Trips since the watermark. Returns the rows."""
    return await poll_account(desk, account, POLL)
