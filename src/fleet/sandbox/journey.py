"""A vehicle's day, leg after leg, planned as far as somebody asks. Pure: all chance comes from the seed.

A journey answers for any moment from an hour before the latest one asked; older legs are forgotten.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Protocol

from fleet.errors import FleetError
from fleet.sandbox.geometry import LatLon, heading_deg, shifted
from fleet.sandbox.motion import Drive, Leg, Motion, Replay, Standing
from fleet.sandbox.network import Road, RoadNetwork

EAST_AFRICA = timezone(timedelta(hours=3))
REMEMBERED_S = 3600.0


class Forgotten(FleetError):
    """A moment too long ago for the simulation to answer; ask for one within the last hour."""


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Hours of the East African day in which vehicles go out; 0 to 24 is always."""

    start: float = 0.0
    end: float = 24.0

    def pause_from(self, time: float) -> float | None:
        """When work begins again if `time` lies outside working hours, else None."""
        local = datetime.fromtimestamp(time, EAST_AFRICA)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        hour = (local - midnight).total_seconds() / 3600
        if self.start <= hour < self.end:
            return None
        opening = midnight + timedelta(hours=self.start, days=0 if hour < self.start else 1)
        return opening.timestamp()


ALWAYS = WorkingHours()


class Planner(Protocol):
    """Decides what comes after a leg."""

    def next_leg(self, start: float) -> Leg: ...


class Errands:
    """Drive to a job, stop there, drive on: about four fifths of the time on the road."""

    def __init__(self, network: RoadNetwork, places: Sequence[int], hours: WorkingHours, rng: Random) -> None:
        self._network = network
        self._places = places
        self._hours = hours
        self._rng = rng
        self._haste = rng.triangular(0.85, 1.22, 1.0)
        self._junction = rng.choice(places)
        self._arrived_from: Road | None = None

    def next_leg(self, start: float) -> Leg:
        resume = self._hours.pause_from(start)
        if resume is not None:
            return self._stand(start, resume - start + self._rng.uniform(0, 1800), ignition=False)
        if self._arrived_from is None:
            return self._drive(start)
        kind = self._rng.random()
        if kind < 0.45:
            return self._stand(start, self._rng.uniform(30, 120), ignition=True)
        if kind < 0.62:
            return self._stand(start, self._rng.uniform(180, 720), ignition=True)
        return self._stand(start, self._rng.triangular(300, 2400, 420), ignition=False)

    def _drive(self, start: float) -> Drive:
        route: list[Road] = []
        wanted_s = self._rng.uniform(900, 2100)
        while sum(road.seconds for road in route) < wanted_s:
            target = self._rng.choice([place for place in self._places if place != self._junction])
            route += self._network.route(self._junction, target)
            self._junction = target
        self._arrived_from = route[-1]
        return Drive(start, route, self._haste, self._rng)

    def _stand(self, start: float, seconds: float, *, ignition: bool) -> Standing:
        place = self._network.junctions[self._junction]
        last, self._arrived_from = self._arrived_from, None
        heading = 0.0 if last is None else heading_deg(*last.line[-2:])
        if not ignition:
            place = shifted(place, self._rng.uniform(-8, 8), self._rng.uniform(-8, 8))
        return Standing(start, start + seconds, place, heading, ignition)


class Retrace:
    """A recorded trace, over and over: there, a rest, back the same way, a rest."""

    REST_S = 600.0

    def __init__(self, points: Sequence[LatLon], seconds: Sequence[float]) -> None:
        total = seconds[-1]
        self._there = (list(points), list(seconds))
        self._back = (list(points)[::-1], [total - passed for passed in reversed(seconds)])
        self._driven = 0
        self._resting = True

    def next_leg(self, start: float) -> Leg:
        self._resting = not self._resting
        if self._resting:
            points, _ = self._there if self._driven % 2 else self._back
            return Standing(start, start + self.REST_S, points[-1], 0.0, ignition=False)
        self._driven += 1
        points, seconds = self._there if self._driven % 2 else self._back
        return Replay(start, points, seconds)


class Journey:
    """The legs of one vehicle from `start` on, with an odometer that starts at `odometer_m`."""

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
