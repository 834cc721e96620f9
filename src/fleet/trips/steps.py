"""The time of a day, cut at its fixes: each step is classed by the fix that it begins with.

Seconds are whole and metres are rounded where a step ends, never as differences. So whatever the steps are
grouped by (trips, hours, days), the parts add up to the whole exactly.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from fleet.clock import EAT
from fleet.trips.fix import Fix
from fleet.trips.geometry import distance_m
from fleet.trips.motion import Motion
from fleet.trips.rules import PAUSE_S, SAME_PLACE_M
from fleet.trips.suspects import impossible

DAY_S = 86_400


class Step(NamedTuple):
    """From a second of the day to another; `from_m` and `to_m` are metres driven since midnight, not yet rounded."""

    from_s: int
    to_s: int
    motion: Motion
    from_m: float = 0.0
    to_m: float = 0.0

    @property
    def seconds(self) -> int:
        """How long it took."""
        return self.to_s - self.from_s

    @property
    def metres(self) -> int:
        """What it adds to a distance."""
        return round(self.to_m) - round(self.from_m)


def midnight(day: date) -> datetime:
    """When an EAT day begins."""
    return datetime.combine(day, time(), EAT).astimezone(UTC)


def within(fixes: Sequence[Fix], day: date) -> list[Fix]:
    """The fixes of an EAT day: those of others are none of its business."""
    begins = midnight(day)
    ends = begins + timedelta(days=1)
    return [fix for fix in fixes if begins <= fix.fixed_at < ends]


def steps_between(fixes: Sequence[Fix], motions: Sequence[Motion], day: date) -> list[Step]:
    """A step from each fix to the next."""
    begins = int(midnight(day).timestamp())
    seconds = [int(fix.fixed_at.timestamp()) - begins for fix in fixes]
    steps: list[Step] = []
    driven_m = 0.0
    for place, motion in enumerate(motions[:-1]):
        fix, after = fixes[place], fixes[place + 1]
        told = _over(fix, after, motion, seconds[place + 1] - seconds[place])
        to_m = driven_m + (_way_m(fix, after) if told is Motion.DRIVING else 0.0)
        steps.append(Step(seconds[place], seconds[place + 1], told, driven_m, to_m))
        driven_m = to_m
    return steps


def whole_day(fixes: Sequence[Fix], steps: Sequence[Step], day: date) -> list[Step]:
    """The steps, and what no fix covers before and after them: 86,400 seconds in all."""
    begins = int(midnight(day).timestamp())
    first, last = (int(fix.fixed_at.timestamp()) - begins for fix in (fixes[0], fixes[-1]))
    driven_m = steps[-1].to_m if steps else 0.0
    return [Step(0, first, Motion.UNKNOWN), *steps, Step(last, DAY_S, Motion.UNKNOWN, driven_m, driven_m)]


def _over(fix: Fix, after: Fix, motion: Motion, seconds: int) -> Motion:
    """What a step is: a silence is unknown, unless a parked vehicle is found where it was left."""
    if seconds < PAUSE_S:
        return motion
    parked = motion is Motion.STOPPED and distance_m(fix.lat, fix.lon, after.lat, after.lon) <= SAME_PLACE_M
    return Motion.STOPPED if parked else Motion.UNKNOWN


def _way_m(fix: Fix, after: Fix) -> float:
    """The way between two fixes; one that no vehicle can have driven adds nothing."""
    return 0.0 if impossible(fix, after) else distance_m(fix.lat, fix.lon, after.lat, after.lon)
