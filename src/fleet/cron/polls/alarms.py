"""Alarms, in case their pushes were lost. The vendor hears of some late: hence the overlap."""

from datetime import timedelta

from fleet.cron.memory import PolledAccount
from fleet.cron.polls.spans import SpanPoll, poll_account
from fleet.cron.run import Desk
from fleet.jimi.methods import ALARM_LIST

NAME = "alarms"
POLL = SpanPoll(NAME, ALARM_LIST, overlap=timedelta(minutes=30), first_look=timedelta(hours=23))


async def poll(desk: Desk, account: PolledAccount) -> int:
    """Alarms since the watermark. Returns the rows."""
    return await poll_account(desk, account, POLL)
