"""A road network to drive on, and the quickest way through it. Pure."""

import heapq
from dataclasses import dataclass
from functools import lru_cache

from fleet.errors import FleetError
from fleet.sandbox.geometry import LatLon, length_m

CLASS_SPEEDS_KMH = {"trunk": 68.0, "primary": 52.0, "secondary": 42.0, "residential": 28.0}


class RoadsUnusable(FleetError):
    """The given road file holds no network that a vehicle could drive on."""


@dataclass(frozen=True, slots=True)
class Road:
    """One directed piece of road between two junctions."""

    start: int
    end: int
    road_class: str
    line: tuple[LatLon, ...]
    length_m: float

    @property
    def speed_kmh(self) -> float:
        """What traffic does here when nothing is in the way."""
        return CLASS_SPEEDS_KMH[self.road_class]

    @property
    def seconds(self) -> float:
        """Driving time at that speed."""
        return self.length_m / self.speed_kmh * 3.6


def road(start: int, end: int, road_class: str, line: tuple[LatLon, ...]) -> Road:
    """A road with its length worked out."""
    return Road(start, end, road_class, line, length_m(line))


def two_way(start: int, end: int, road_class: str, line: tuple[LatLon, ...]) -> tuple[Road, Road]:
    """The same road in both directions."""
    there = road(start, end, road_class, line)
    return there, Road(end, start, road_class, line[::-1], there.length_m)


class RoadNetwork:
    """Junctions and the roads between them; every junction can be reached from every other."""

    def __init__(self, name: str, title: str, junctions: list[LatLon], roads: list[Road]) -> None:
        if not roads:
            raise RoadsUnusable(f"{title}: no roads found; give an extract that holds car roads")
        self.name = name
        self.title = title
        self.junctions = junctions
        self.roads = roads
        self._arriving: list[list[Road]] = [[] for _ in junctions]
        for each in roads:
            self._arriving[each.end].append(each)
        self._ways_to = lru_cache(maxsize=96)(self._quickest_to)

    def route(self, origin: int, destination: int) -> list[Road]:
        """The quickest roads from one junction to another, in driving order."""
        ways, roads, here = self._ways_to(destination), [], origin
        while here != destination:
            way = ways[here]
            if way is None:
                raise RoadsUnusable(f"{self.title}: junction {destination} cannot be reached from {origin}")
            roads.append(way)
            here = way.end
        return roads

    def _quickest_to(self, destination: int) -> list[Road | None]:
        """For every junction the first road of the quickest way to `destination` (Dijkstra, backwards)."""
        seconds = [float("inf")] * len(self.junctions)
        ways: list[Road | None] = [None] * len(self.junctions)
        seconds[destination] = 0.0
        queue = [(0.0, destination)]
        while queue:
            so_far, here = heapq.heappop(queue)
            if so_far > seconds[here]:
                continue
            for way in self._arriving[here]:
                longer = so_far + way.seconds
                if longer < seconds[way.start]:
                    seconds[way.start] = longer
                    ways[way.start] = way
                    heapq.heappush(queue, (longer, way.start))
        return ways
