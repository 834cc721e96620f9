"""Stops (engine off) and idling (engine on). Without the account or the kind of stop the vendor answers nothing."""

from datetime import timedelta

from fleet.cron.memory import PolledAccount
from fleet.cron.polls.spans import SpanPoll, poll_account
from fleet.cron.run import Desk
from fleet.jimi.methods import PARKING

NAME = "parking"
POLL = SpanPoll(NAME, PARKING, overlap=timedelta(hours=6), first_look=timedelta(hours=18))
KINDS = ("off", "on")


async def poll(desk: Desk, account: PolledAccount) -> int:
    """Stops and idling since the watermark. Returns the rows."""
    page = {"start_row": "0", "page_size": str(PARKING.most_rows)}
    variants = [{"account": account.code, "acc_type": kind, **page} for kind in KINDS]
    return await poll_account(desk, account, POLL, variants)
