"""Teleports: fixes that no vehicle can have driven to and away from again.

A run of at most TELEPORT_FIXES fixes is suspect if the way to its first fix and the way from its last one are
impossible, while the fix after it can be reached from the fix before it. A vehicle that really is elsewhere
(carried, or silent for long) does not come back at once, so it is believed.
"""

from collections.abc import Sequence

from fleet.trips.fix import Fix
from fleet.trips.geometry import distance_m
from fleet.trips.rules import IMPOSSIBLE_KMH, TELEPORT_FIXES, TELEPORT_M

DEGREES_NEARER_THAN_A_TELEPORT = 0.003
"""Within so many degrees of latitude and longitude two places are nearer than TELEPORT_M, anywhere on earth."""


def without_suspects(fixes: Sequence[Fix]) -> tuple[list[Fix], list[Fix]]:
    """The fixes that are believed and those that are suspect, both in the order of time."""
    believed, suspects = list(fixes[:1]), list[Fix]()
    place = 1
    while place < len(fixes):
        length = _teleport_length(believed[-1], fixes, place) if impossible(believed[-1], fixes[place]) else 0
        suspects += fixes[place : place + length]
        believed.append(fixes[place + length])
        place += length + 1
    return believed, suspects


def _teleport_length(before: Fix, fixes: Sequence[Fix], first: int) -> int:
    """How many fixes from `first` on are one teleport away from `before`; 0 if the vehicle does not come back."""
    for back in range(first + 1, min(first + TELEPORT_FIXES, len(fixes) - 1) + 1):
        if impossible(fixes[back - 1], fixes[back]) and not impossible(before, fixes[back]):
            return back - first
    return 0


def impossible(fix: Fix, to: Fix) -> bool:
    """Would the way from one fix to a later one have been too far for its time?"""
    if (
        abs(to.lat - fix.lat) < DEGREES_NEARER_THAN_A_TELEPORT
        and abs(to.lon - fix.lon) < DEGREES_NEARER_THAN_A_TELEPORT
    ):
        return False
    way_m = distance_m(fix.lat, fix.lon, to.lat, to.lon)
    seconds = max(1.0, (to.fixed_at - fix.fixed_at).total_seconds())
    return way_m > TELEPORT_M and way_m * 3.6 > IMPOSSIBLE_KMH * seconds
