"""What a vehicle does for a while: drive a route, stand still, repeat a trace. Pure functions of time.

Times are Unix seconds: the simulation does its sums in them and meets datetimes only at its edges.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from random import Random
from typing import Protocol

from fleet.sandbox.geometry import LatLon, between, distance_m, heading_deg, turn_deg
from fleet.sandbox.network import Road

ACCELERATION_MS2 = 1.3
BRAKING_MS2 = 1.9


@dataclass(frozen=True, slots=True)
class Motion:
    """Where a vehicle truly is and how it moves; `travelled_m` counts from the start of the leg."""

    lat: float
    lon: float
    speed_kmh: float
    heading_deg: float
    ignition: bool
    travelled_m: float


class Leg(Protocol):
    """A stretch of a vehicle's day."""

    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...
    @property
    def length_m(self) -> float: ...
    @property
    def ignition(self) -> bool: ...
    def at(self, time: float) -> Motion: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """At one place, engine on (a short call, idling) or off (parked)."""

    start: float
    end: float
    place: LatLon
    heading_deg: float
    ignition: bool
    length_m: float = 0.0

    def at(self, time: float) -> Motion:
        return Motion(self.place[0], self.place[1], 0.0, self.heading_deg, self.ignition, 0.0)


class Line:
    """A polyline that can be asked for the place after so many metres."""

    def __init__(self, points: Sequence[LatLon]) -> None:
        self.points = points
        self.metres = [0.0, *accumulate(distance_m(a, b) for a, b in pairwise(points))]

    def at(self, travelled_m: float) -> tuple[LatLon, float]:
        """Place and heading."""
        index = min(max(bisect_right(self.metres, travelled_m) - 1, 0), len(self.points) - 2)
        a, b = self.points[index], self.points[index + 1]
        piece = self.metres[index + 1] - self.metres[index]
        share = min((travelled_m - self.metres[index]) / piece, 1.0) if piece else 0.0
        return between(a, b, share), heading_deg(a, b)


@dataclass(frozen=True, slots=True)
class Phase:
    """Constant acceleration from a time on, at a distance and speed (m, m/s)."""

    time: float
    travelled_m: float
    speed_ms: float
    acceleration_ms2: float


class Drive:
    """A route driven from standstill to standstill, slowing for bends and waiting at some junctions."""

    ignition = True

    def __init__(self, start: float, route: Sequence[Road], haste: float, rng: Random) -> None:
        self.start = start
        self._route = route
        self._phases = list(_phases(start, route, haste, rng))
        self._times = [phase.time for phase in self._phases]
        self.end = self._phases[-1].time
        self.length_m = sum(road.length_m for road in route)

    @cached_property
    def _line(self) -> Line:
        """Drawn only for drives that somebody asks about."""
        return Line([self._route[0].line[0], *(point for road in self._route for point in road.line[1:])])

    def at(self, time: float) -> Motion:
        phase = self._phases[max(bisect_right(self._times, time) - 1, 0)]
        seconds = max(min(time, self.end) - phase.time, 0.0)
        speed_ms = max(phase.speed_ms + phase.acceleration_ms2 * seconds, 0.0)
        travelled_m = phase.travelled_m + (phase.speed_ms + speed_ms) / 2 * seconds
        (lat, lon), heading = self._line.at(travelled_m)
        return Motion(lat, lon, speed_ms * 3.6, heading, True, travelled_m)


def _phases(start: float, route: Sequence[Road], haste: float, rng: Random) -> list[Phase]:
    """The speed profile of a route: for each road speed up, cruise, brake; then stand for red lights."""
    cruise = [road.speed_kmh / 3.6 * haste * rng.uniform(0.78, 1.08) for road in route]
    waits = [_wait_s(before, after, rng) for before, after in pairwise(route)]
    limits = _junction_speeds(route, cruise, waits)
    phases, time, travelled_m = [], start, 0.0
    for road, top, (enter, leave), wait_s in zip(route, cruise, pairwise(limits), [*waits, 0.0], strict=True):
        for (speed_ms, acceleration), seconds in _across(road.length_m, top, enter, leave):
            phases.append(Phase(time, travelled_m, speed_ms, acceleration))
            time += seconds
            travelled_m += speed_ms * seconds + acceleration * seconds**2 / 2
        if wait_s:
            phases.append(Phase(time, travelled_m, 0.0, 0.0))
            time += wait_s
    return [*phases, Phase(time, travelled_m, 0.0, 0.0)]


def _wait_s(before: Road, after: Road, rng: Random) -> float:
    """Seconds at a light or a give-way line; mostly none."""
    busy = before.road_class != "residential" or after.road_class != "residential"
    return rng.uniform(4, 22) if rng.random() < (0.05 if busy else 0.015) else 0.0


def _junction_speeds(route: Sequence[Road], cruise: list[float], waits: list[float]) -> list[float]:
    """Speed at each junction (m/s), so that bends are taken slowly and brakes suffice."""
    limits = [0.0]
    for index, (before, after) in enumerate(pairwise(route)):
        bend = turn_deg(heading_deg(*before.line[-2:]), heading_deg(*after.line[:2]))
        slow = 0.0 if waits[index] else _bend_speed_ms(bend)
        limits.append(min(slow, cruise[index], cruise[index + 1]))
    limits.append(0.0)
    for index in range(len(route) - 1, -1, -1):
        limits[index] = min(limits[index], math.sqrt(limits[index + 1] ** 2 + 2 * BRAKING_MS2 * route[index].length_m))
    for index, road in enumerate(route):
        limits[index + 1] = min(limits[index + 1], math.sqrt(limits[index] ** 2 + 2 * ACCELERATION_MS2 * road.length_m))
    return limits


def _bend_speed_ms(turn: float) -> float:
    if turn < 20:
        return 99.0
    if turn < 55:
        return 9.0
    return 4.5 if turn < 140 else 1.5


def _across(metres: float, top: float, enter: float, leave: float) -> list[tuple[tuple[float, float], float]]:
    """((speed m/s, acceleration m/s²), seconds) of speeding up, cruising and braking over one road."""
    reachable = (2 * ACCELERATION_MS2 * BRAKING_MS2 * metres + BRAKING_MS2 * enter**2 + ACCELERATION_MS2 * leave**2) / (
        ACCELERATION_MS2 + BRAKING_MS2
    )
    peak = max(min(top, math.sqrt(reachable)), enter, leave)
    gaining = (peak**2 - enter**2) / (2 * ACCELERATION_MS2)
    losing = (peak**2 - leave**2) / (2 * BRAKING_MS2)
    steady = max(metres - gaining - losing, 0.0)
    steps = [
        ((enter, ACCELERATION_MS2), (peak - enter) / ACCELERATION_MS2),
        ((peak, 0.0), steady / peak if peak else 0.0),
        ((peak, -BRAKING_MS2), (peak - leave) / BRAKING_MS2),
    ]
    return [step for step in steps if step[1] > 0]


class Replay:
    """A recorded trace driven again: the points and when (seconds from its start) each was passed."""

    ignition = True

    def __init__(self, start: float, points: Sequence[LatLon], seconds: Sequence[float]) -> None:
        self.start = start
        self.end = start + seconds[-1]
        self._line = Line(points)
        self._seconds = seconds
        self.length_m = self._line.metres[-1]

    def at(self, time: float) -> Motion:
        elapsed = min(max(time - self.start, 0.0), self._seconds[-1])
        index = min(bisect_right(self._seconds, elapsed) - 1, len(self._seconds) - 2)
        before, after = self._seconds[index], self._seconds[index + 1]
        metres = self._line.metres[index + 1] - self._line.metres[index]
        travelled_m = self._line.metres[index] + metres * (elapsed - before) / (after - before)
        (lat, lon), heading = self._line.at(travelled_m)
        return Motion(lat, lon, metres / (after - before) * 3.6, heading, True, travelled_m)
