"""A vehicle's way through time, leg after leg, planned as far as somebody asks. Pure.

A journey answers for any moment from an hour before the latest one asked; older legs are forgotten.
"""

from bisect import bisect_right
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from fleet.errors import FleetError
from fleet.sandbox.motion import Leg, Motion

# Something more than the hour that is promised, for those who look back while others look ahead.
REMEMBERED_S = 3720.0


class Forgotten(FleetError):
    """A moment too long ago for the simulation to answer; ask for one within the last hour."""


class Planner(Protocol):
    """Decides what comes after a leg; what it decides hangs on nothing but its seed and the time."""

    def begin(self, before: float) -> float:
        """Start afresh from the latest moment until `before` at which the plan knows no past; gives it."""
        ...

    def next_leg(self, start: float) -> Leg:
        """The leg that follows one which ended at `start`."""
        ...


class Journey:
    """The legs of one vehicle from `start` on, where its planner has just begun and its odometer says so much."""

    def __init__(self, planner: Planner, start: float, odometer_m: float) -> None:
        self._planner = planner
        self._legs = [planner.next_leg(start)]
        self._odometers = [odometer_m]
        self._starts = [start]

    def at(self, time: float) -> Motion:
        """Where the vehicle truly is, `travelled_m` being the odometer. Raises Forgotten beyond an hour back."""
        index = self._index_at(time)
        motion = self._legs[index].at(time)
        return replace(motion, travelled_m=self._odometers[index] + motion.travelled_m)

    def leg_end(self, time: float) -> float:
        """When the leg that is under way at `time` ends."""
        return self._legs[self._index_at(time)].end

    def _index_at(self, time: float) -> int:
        while self._legs[-1].end <= time:
            self._extend(time)
        index = bisect_right(self._starts, time) - 1
        if index < 0:
            moment = datetime.fromtimestamp(time, UTC).isoformat(timespec="seconds")
            raise Forgotten(f"nothing is remembered of {moment}; ask for a moment within the last hour")
        return index

    def _extend(self, time: float) -> None:
        last = self._legs[-1]
        self._legs.append(self._planner.next_leg(last.end))
        self._odometers.append(self._odometers[-1] + last.length_m)
        self._starts.append(last.end)
        if self._legs[0].end < time - REMEMBERED_S:
            del self._legs[0], self._odometers[0], self._starts[0]
