"""Every poll: its name, its interval, its work. A new one is one module and one line here."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from fleet.config import CronSettings
from fleet.cron.memory import PolledAccount
from fleet.cron.polls import (
    alarms,
    child_accounts,
    device_detail,
    device_list,
    live_positions,
    parking,
    stale_rescue,
    track,
    track_again,
    trips,
)
from fleet.cron.run import Desk

Interval = Callable[[CronSettings], int]
"""Seconds between two runs by the settings; 0: the poll is switched off."""


@dataclass(frozen=True, slots=True)
class AccountPoll:
    """A job for each account. `work` gives the rows it brought. Errors: CannotBegin, UpstreamError."""

    name: str
    interval_s: Interval
    work: Callable[[Desk, PolledAccount], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class FleetPoll:
    """One job for all accounts together."""

    name: str
    interval_s: Interval
    work: Callable[[Desk, Sequence[PolledAccount]], Awaitable[int]]


ACCOUNT_POLLS: Final = (
    AccountPoll(live_positions.NAME, lambda s: s.poll_live_positions_s, live_positions.poll),
    AccountPoll(stale_rescue.NAME, lambda s: s.poll_stale_rescue_s, stale_rescue.poll),
    AccountPoll(alarms.NAME, lambda s: s.poll_alarms_s, alarms.poll),
    AccountPoll(trips.NAME, lambda s: s.poll_trips_s, trips.poll),
    AccountPoll(parking.NAME, lambda s: s.poll_parking_s, parking.poll),
    AccountPoll(track.NAME, lambda s: s.poll_track_s, track.poll),
    AccountPoll(track_again.NAME, lambda s: min(s.poll_track_again_s, track_again.LOOK_EVERY_S), track_again.poll),
    AccountPoll(
        device_detail.NAME, lambda s: min(s.poll_device_detail_s, device_detail.LOOK_EVERY_S), device_detail.poll
    ),
)
FLEET_POLLS: Final = (
    FleetPoll(device_list.NAME, lambda s: s.poll_device_list_s, device_list.poll),
    FleetPoll(child_accounts.NAME, lambda s: s.poll_child_accounts_s, child_accounts.poll),
)
