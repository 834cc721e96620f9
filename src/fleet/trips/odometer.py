"""What the device's odometer says: a second opinion on distances, and nothing that a figure hangs on."""

from collections.abc import Iterable
from itertools import pairwise

from fleet.trips.fix import Fix
from fleet.trips.rules import IMPOSSIBLE_KMH, ODOMETER_SLACK_M


def odometer_jumps(fixes: Iterable[Fix]) -> bool:
    """Does it go back, or gain more than the fastest vehicle would?"""
    return any(_jump(fix, after) for fix, after in pairwise(_tellers(fixes)))


def odometer_gain_m(fixes: Iterable[Fix]) -> float | None:
    """What it gained from the first to the last fix that tell it; None where it jumps or is told but once."""
    tellers = _tellers(fixes)
    if len(tellers) < 2 or any(_jump(fix, after) for fix, after in pairwise(tellers)):
        return None
    return (tellers[-1].odometer_m or 0.0) - (tellers[0].odometer_m or 0.0)


def _tellers(fixes: Iterable[Fix]) -> list[Fix]:
    return [fix for fix in fixes if fix.odometer_m is not None]


def _jump(fix: Fix, after: Fix) -> bool:
    """Two devices have two odometers: from one to the other is a jump as well."""
    gain_m = (after.odometer_m or 0.0) - (fix.odometer_m or 0.0)
    seconds = (after.fixed_at - fix.fixed_at).total_seconds()
    return fix.imei != after.imei or gain_m < 0 or gain_m > ODOMETER_SLACK_M + seconds * IMPOSSIBLE_KMH / 3.6
