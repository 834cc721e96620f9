"""The track of each day once more, a day later: devices keep what they could not send and deliver it when they can."""

from datetime import timedelta

from fleet.cron.memory import PolledAccount
from fleet.cron.polls.spans import SpanPoll
from fleet.cron.polls.track import poll_tracks
from fleet.cron.run import Desk
from fleet.jimi.methods import TRACK_LIST

NAME = "track_again"
LOOK_EVERY_S = 1800
"""Devices that are due are looked for so often; a device itself is asked about each POLL_TRACK_AGAIN_S."""
POLL = SpanPoll(NAME, TRACK_LIST, overlap=timedelta(), first_look=timedelta(days=1), behind_now=timedelta(days=1))


async def poll(desk: Desk, account: PolledAccount) -> int:
    """The tracks that have lain for a day. Returns the rows. Errors: CannotBegin, UpstreamError."""
    return await poll_tracks(desk, account, POLL, desk.track_again_age)
