"""What places of the simulated cities are called: names invented for the roads that the fleet drives on. Pure.

A street is a chain of roads of one class that goes on straight through junctions.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from fleet.sandbox.geometry import METRES_PER_DEGREE, LatLon, distance_m, heading_deg, turn_deg
from fleet.sandbox.network import Road, RoadNetwork

WORDS = (
    "Acacia", "Baobab", "Cassia", "Croton", "Cedar", "Dikdik", "Eland", "Egret", "Fig Tree", "Flame Tree", "Gazelle",
    "Heron", "Hornbill", "Ibis", "Jacaranda", "Kingfisher", "Kudu", "Lapwing", "Mango", "Marabou", "Mvule", "Oribi",
    "Olive", "Palm", "Pelican", "Sisal", "Starling", "Sunbird", "Tamarind", "Topi", "Turaco", "Weaver",
)  # fmt: skip
SUFFIXES = {"trunk": "Highway", "primary": "Road", "secondary": "Avenue", "residential": "Lane"}
COMPASS = ("North", "North East", "East", "South East", "South", "South West", "West", "North West")
COUNTRIES = {"kampala": "Uganda"}
STRAIGHT_ON_DEG = 35.0
CENTRAL_M, NEAR_A_CITY_M, ON_A_STREET_M = 2500.0, 30_000.0, 200.0
SQUARE_DEG = 0.002


@dataclass(frozen=True, slots=True)
class Place:
    """A place in words; `street` is None away from the roads."""

    street: str | None
    suburb: str
    city: str
    country: str


class Gazetteer:
    """Names of the places of some road networks."""

    def __init__(self, networks: Iterable[RoadNetwork]) -> None:
        self._cities = [_City(network) for network in networks]

    def at(self, here: LatLon) -> Place | None:
        """What a place is called; None far from every city."""
        city = min(self._cities, key=lambda each: distance_m(each.centre, here))
        return city.place(here) if distance_m(city.centre, here) <= NEAR_A_CITY_M else None


class _City:
    def __init__(self, network: RoadNetwork) -> None:
        self.centre = _middle(network.junctions)
        self._title = network.title
        self._country = COUNTRIES.get(network.name, "Kenya")
        roads = list({frozenset((road.start, road.end)): road for road in network.roads}.values())
        self._squares: dict[tuple[int, int], list[tuple[LatLon, LatLon, str]]] = defaultdict(list)
        for road, name in zip(roads, street_names(roads), strict=True):
            for a, b in pairwise(road.line):
                for square in {_square(a), _square(b)}:
                    self._squares[square].append((a, b, name))

    def place(self, here: LatLon) -> Place:
        """What a place of this city is called."""
        return Place(self._street(here), self._suburb(here), self._title, self._country)

    def _street(self, here: LatLon) -> str | None:
        north, east = _square(here)
        near = [
            (_distance_to_m(a, b, here), name)
            for up, right in product((-1, 0, 1), repeat=2)
            for a, b, name in self._squares.get((north + up, east + right), ())
        ]
        away_m, name = min(near, default=(math.inf, ""))
        return name if away_m <= ON_A_STREET_M else None

    def _suburb(self, here: LatLon) -> str:
        if distance_m(self.centre, here) < CENTRAL_M:
            return f"{self._title} Central"
        return f"{self._title} {COMPASS[round(heading_deg(self.centre, here) / 45) % 8]}"


def street_names(roads: Sequence[Road]) -> list[str]:
    """A name for each road, the same along a street, no two streets of a class alike."""
    street_of = _streets(roads)
    names: dict[int, str] = {}
    of_class: dict[str, int] = defaultdict(int)
    for number, road in enumerate(roads):
        if street_of[number] not in names:
            again, word = divmod(of_class[road.road_class], len(WORDS))
            of_class[road.road_class] += 1
            suffix = SUFFIXES.get(road.road_class, "Street")
            names[street_of[number]] = f"{WORDS[word]} {suffix}{f' {again + 1}' if again else ''}"
    return [names[street] for street in street_of]


def _streets(roads: Sequence[Road]) -> list[int]:
    """For each road the number of its street."""
    parent = list(range(len(roads)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for one, other in _straight_on(roads):
        parent[root(one)] = root(other)
    return [root(number) for number in range(len(roads))]


def _straight_on(roads: Sequence[Road]) -> Iterable[tuple[int, int]]:
    """Pairs of roads of one class that meet at a junction, one the straight continuation of the other."""
    meeting: dict[tuple[int, str], list[tuple[int, float]]] = defaultdict(list)
    for number, road in enumerate(roads):
        meeting[road.start, road.road_class].append((number, heading_deg(road.line[0], road.line[1])))
        meeting[road.end, road.road_class].append((number, heading_deg(road.line[-1], road.line[-2])))
    for leaving in meeting.values():
        turns = sorted(
            (turn_deg(out + 180, other_out), number, other)
            for place, (number, out) in enumerate(leaving)
            for other, other_out in leaving[place + 1 :]
        )
        taken: set[int] = set()
        for turn, number, other in turns:
            if turn <= STRAIGHT_ON_DEG and not {number, other} & taken:
                taken |= {number, other}
                yield number, other


def _middle(points: Sequence[LatLon]) -> LatLon:
    return sum(lat for lat, _ in points) / len(points), sum(lon for _, lon in points) / len(points)


def _square(point: LatLon) -> tuple[int, int]:
    return math.floor(point[0] / SQUARE_DEG), math.floor(point[1] / SQUARE_DEG)


def _distance_to_m(a: LatLon, b: LatLon, here: LatLon) -> float:
    """From a place to the nearest point of a straight piece of road."""
    per_degree_east = METRES_PER_DEGREE * math.cos(math.radians(here[0]))
    ax, ay = (a[1] - here[1]) * per_degree_east, (a[0] - here[0]) * METRES_PER_DEGREE
    bx, by = (b[1] - here[1]) * per_degree_east, (b[0] - here[0]) * METRES_PER_DEGREE
    length = (bx - ax) ** 2 + (by - ay) ** 2
    share = 0.0 if length == 0 else min(1.0, max(0.0, -(ax * (bx - ax) + ay * (by - ay)) / length))
    return math.hypot(ax + share * (bx - ax), ay + share * (by - ay))
