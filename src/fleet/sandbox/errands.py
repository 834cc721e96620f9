"""Plans a vehicle's working day: drive to a job, stop there, drive on. Pure.

The day is cut into shifts of four hours that begin and end at the vehicle's home place, each with a chance of
its own. So where a vehicle is hangs on the seed and the time alone: a sandbox that is started again goes on
where it left off, and nothing jumps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from random import Random

from fleet.sandbox.geometry import heading_deg, shifted
from fleet.sandbox.motion import Drive, Leg, Standing
from fleet.sandbox.network import Road, RoadNetwork

EAST_AFRICA = timezone(timedelta(hours=3))
SHIFT_S = 4 * 3600
# A drive takes at most so many times what the bare speeds of its roads would allow (bends, lights, traffic).
SLOWEST = 1.6
SHORTEST_STOP_S = 20.0


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


class Errands:
    """Jobs at some of the network's junctions: three quarters of the time is spent driving."""

    def __init__(self, network: RoadNetwork, places: Sequence[int], hours: WorkingHours, seed: str) -> None:
        self._network = network
        self._places = places
        self._hours = hours
        self._seed = seed
        rng = Random(seed)  # noqa: S311
        self._home = rng.choice(places)
        self._haste = rng.triangular(0.85, 1.22, 1.0)
        self._shift_offset = rng.randrange(SHIFT_S)
        self._shift_end = 0.0

    def begin(self, before: float) -> float:
        """The start of the shift that `before` falls in: the vehicle is at home."""
        shift = (before - self._shift_offset) // SHIFT_S
        start = shift * SHIFT_S + self._shift_offset
        self._shift_end = start + SHIFT_S
        self._rng = Random(f"{self._seed} shift {shift:.0f}")  # noqa: S311
        self._junction = self._home
        self._arrived_by: Road | None = None
        return start

    def next_leg(self, start: float) -> Leg:
        """Drive or stop, in turn; home for the end of the shift and of the working hours."""
        if start >= self._shift_end:
            self.begin(start)
        resume = self._hours.pause_from(start)
        if resume is not None:
            opening = min(resume + self._rng.uniform(0, 1800), self._shift_end)
            return self._go_home(start) if self._junction != self._home else self._park(start, opening)
        return self._drive_on(start) if self._arrived_by is None else self._stop(start)

    # ---- driving -----------------------------------------------------------------------------------

    def _drive_on(self, start: float) -> Leg:
        """To the next job, or round by as many as there is time for and home."""
        route = self._round_trip(self._rng.uniform(900, 2100))
        if self._fits(start + SHORTEST_STOP_S, route):
            return self._drive(start, route)
        return self._last_round(start)

    def _last_round(self, start: float) -> Leg:
        route: list[Road] = []
        for place in self._rng.sample(self._places, min(8, len(self._places))):
            longer = route + self._network.route(route[-1].end if route else self._junction, place)
            if longer and self._fits(start, longer):
                route = longer
        route = route + self._network.route(route[-1].end if route else self._junction, self._home)
        return self._drive(start, route) if route else self._park(start, self._shift_end)

    def _go_home(self, start: float) -> Leg:
        return self._drive(start, self._network.route(self._junction, self._home))

    def _round_trip(self, wanted_s: float) -> list[Road]:
        """A way to random places that takes about so long."""
        route: list[Road] = []
        here = self._junction
        while _seconds(route) < wanted_s:
            there = self._rng.choice(self._places)
            route += self._network.route(here, there)
            here = there
        return route

    def _fits(self, start: float, route: Sequence[Road]) -> bool:
        """Whether the shift leaves time for the route and the way home from its end."""
        home = self._network.route(route[-1].end, self._home)
        return start + SLOWEST * (_seconds(route) + _seconds(home)) <= self._shift_end

    def _drive(self, start: float, route: Sequence[Road]) -> Drive:
        self._junction = route[-1].end
        self._arrived_by = route[-1]
        return Drive(start, route, self._haste, self._rng)

    # ---- stopping ----------------------------------------------------------------------------------

    def _stop(self, start: float) -> Standing:
        """A short call, a wait with the engine running, or a job with the engine off."""
        home = self._network.route(self._junction, self._home)
        latest = max(self._shift_end - SLOWEST * _seconds(home), start + SHORTEST_STOP_S)
        if not home and self._shift_end - start < 900:
            return self._park(start, self._shift_end)
        kind = self._rng.random()
        if kind < 0.5:
            return self._stand(start, min(start + self._rng.uniform(30, 120), latest), ignition=True)
        if kind < 0.67:
            return self._stand(start, min(start + self._rng.uniform(180, 720), latest), ignition=True)
        return self._park(start, min(start + self._rng.triangular(300, 2400, 420), latest))

    def _park(self, start: float, end: float) -> Standing:
        return self._stand(start, end, ignition=False)

    def _stand(self, start: float, end: float, *, ignition: bool) -> Standing:
        place = self._network.junctions[self._junction]
        last, self._arrived_by = self._arrived_by, None
        heading = 0.0 if last is None else heading_deg(*last.line[-2:])
        if not ignition:
            place = shifted(place, self._rng.uniform(-8, 8), self._rng.uniform(-8, 8))
        return Standing(start, max(end, start + 1.0), place, heading, ignition)


def _seconds(route: Sequence[Road]) -> float:
    return sum(road.seconds for road in route)
