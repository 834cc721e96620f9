"""What one vehicle did at any time, long past included: its trips, its stays and its odometer. Pure.

Nothing is recorded: a planner plans the same again, chapter by chapter (a shift, a round of a trace), as often
as it is asked. Only the odometer is counted from one moment on, the anchor, forwards and backwards.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from fleet.sandbox.geometry import LatLon
from fleet.sandbox.journey import Journey, Planner
from fleet.sandbox.motion import Leg

ODOMETERS_BEGAN = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
# What an odometer is taken to have gained before its anchor: rather more than it would have.
PACE_MS = 10.0
SHORTEST_STAY_S = 120.0
SPEED_EVERY_S = 10.0


@dataclass(frozen=True, slots=True)
class Trip:
    """From ignition on to ignition off, or to the present while it lasts; odometers in metres."""

    start: float
    end: float
    origin: LatLon
    destination: LatLon
    start_m: float
    end_m: float
    top_speed_kmh: float

    @property
    def distance_m(self) -> float:
        return self.end_m - self.start_m

    @property
    def seconds(self) -> int:
        return round(self.end - self.start)

    @property
    def average_kmh(self) -> float:
        return self.distance_m / max(self.seconds, 1) * 3.6


@dataclass(frozen=True, slots=True)
class Stay:
    """Parked (engine off) or idling (engine on) at one place, to the present while it lasts."""

    start: float
    end: float
    place: LatLon
    ignition: bool


@dataclass(frozen=True, slots=True)
class _Chapter:
    """What a planner makes of the time from one beginning to the next."""

    legs: tuple[Leg, ...]
    following: float

    @property
    def length_m(self) -> float:
        return sum(leg.length_m for leg in self.legs)


class Timetable:
    """One vehicle's doings; its odometer is anchored at the chapter that `anchored_at` falls in."""

    def __init__(self, new_planner: Callable[[], Planner], anchored_at: float, odometer_m: float) -> None:
        self._new_planner = new_planner
        self._calendar = new_planner()
        self._anchor = self._calendar.begin(anchored_at)
        self._anchor_m = odometer_m + PACE_MS * (self._anchor - ODOMETERS_BEGAN)
        self._lengths: dict[float, tuple[float, float]] = {}

    def journey(self, since: float) -> Journey:
        """The vehicle's way from `since` on, or from a little before."""
        planner = self._new_planner()
        start = planner.begin(since)
        return Journey(planner, start, self._odometer_m(start))

    def trips(self, start: float, end: float, now: float) -> list[Trip]:
        """Trips that touch start … end, as they are known at `now`; in order."""
        engine_on = (legs for ignition, legs in self._stretches(start, min(end, now)) if ignition)
        trips = [_trip(legs, now) for legs in engine_on if any(leg.length_m for leg, _ in legs)]
        return [trip for trip in trips if trip.end >= start]

    def stays(self, start: float, end: float, now: float, *, ignition: bool) -> list[Stay]:
        """Stays of two minutes and more, with the engine on or off, that touch start … end; in order."""
        stays = []
        for running, legs in self._stretches(start, min(end, now)):
            if running is ignition:
                stays += _idlings(legs, now) if running else [_stay(legs, now)]
        return [stay for stay in stays if stay.end >= start and stay.end - stay.start >= SHORTEST_STAY_S]

    # ---- chapters ----------------------------------------------------------------------------------

    def _stretches(self, start: float, end: float) -> Iterator[tuple[bool, list[tuple[Leg, float]]]]:
        """Legs with their odometers, by ignition; from a chapter earlier, so that none has lost its beginning."""
        for ignition, legs in groupby(self._legs(start, end), lambda each: each[0].ignition):
            yield ignition, list(legs)

    def _legs(self, start: float, end: float) -> Iterator[tuple[Leg, float]]:
        chapter_start = self._calendar.begin(self._calendar.begin(start) - 1.0)
        odometer_m = self._odometer_m(chapter_start)
        while chapter_start < end:
            chapter = self._chapter(chapter_start)
            for leg in chapter.legs:
                if leg.start >= end:
                    return
                yield leg, odometer_m
                odometer_m += leg.length_m
            chapter_start = chapter.following

    def _chapter(self, start: float) -> _Chapter:
        planner = self._new_planner()
        time = planner.begin(start)
        legs = []
        while (following := self._calendar.begin(time)) <= start:
            legs.append(planner.next_leg(time))
            time = legs[-1].end
        return _Chapter(tuple(legs), following)

    def _odometer_m(self, chapter_start: float) -> float:
        """The odometer where a chapter begins."""
        first, last = sorted((chapter_start, self._anchor))
        driven_m = 0.0
        while first < last:
            if first not in self._lengths:
                chapter = self._chapter(first)
                self._lengths[first] = chapter.length_m, chapter.following
            length_m, first = self._lengths[first]
            driven_m += length_m
        return self._anchor_m + (driven_m if chapter_start > self._anchor else -driven_m)


def _trip(legs: list[tuple[Leg, float]], now: float) -> Trip:
    (first, start_m), (last, last_m) = legs[0], legs[-1]
    end = min(last.end, now)
    origin, destination = first.at(first.start), last.at(end)
    return Trip(
        start=first.start,
        end=end,
        origin=(origin.lat, origin.lon),
        destination=(destination.lat, destination.lon),
        start_m=start_m,
        end_m=last_m + destination.travelled_m,
        top_speed_kmh=max(_top_speed_kmh(leg, end) for leg, _ in legs),
    )


def _top_speed_kmh(leg: Leg, until: float) -> float:
    if not leg.length_m:
        return 0.0
    count = int((min(leg.end, until) - leg.start) / SPEED_EVERY_S)
    return max(leg.at(leg.start + number * SPEED_EVERY_S).speed_kmh for number in range(count + 1))


def _stay(legs: list[tuple[Leg, float]], now: float) -> Stay:
    """One stay of legs that follow each other at one place."""
    first, last = legs[0][0], legs[-1][0]
    place = first.at(first.start)
    return Stay(first.start, min(last.end, now), (place.lat, place.lon), first.ignition)


def _idlings(legs: list[tuple[Leg, float]], now: float) -> list[Stay]:
    return [_stay([each], now) for each in legs if not each[0].length_m]
