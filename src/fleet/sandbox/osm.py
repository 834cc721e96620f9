"""A road network from an OpenStreetMap extract (`.osm.pbf`): car roads, one-way streets respected.

Only the part in which every junction can be reached from every other is kept.
"""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import osmium

from fleet.sandbox.geometry import LatLon
from fleet.sandbox.network import Road, RoadNetwork, RoadsUnusable, road, two_way

CLASSES = {
    "motorway": "trunk",
    "trunk": "trunk",
    "primary": "primary",
    "secondary": "secondary",
    "tertiary": "secondary",
    "unclassified": "residential",
    "residential": "residential",
    "living_street": "residential",
}
ONE_WAY_YES = {"yes", "true", "1"}
CLOSED = {"no", "private"}


class _Way:
    """A car road of the extract: node numbers, their places, and in which directions it may be driven."""

    def __init__(self, way: osmium.osm.Way, road_class: str) -> None:
        nodes = [node for node in way.nodes if node.location.valid()]
        self.road_class = road_class
        self.nodes = [node.ref for node in nodes]
        self.line: list[LatLon] = [(node.location.lat, node.location.lon) for node in nodes]
        tag = way.tags.get("oneway", "")
        if tag == "-1":
            self.nodes.reverse()
            self.line.reverse()
        roundabout = way.tags.get("junction") == "roundabout" or way.tags.get("highway") == "motorway"
        self.one_way = tag in {*ONE_WAY_YES, "-1"} or (roundabout and tag != "no")


def load_osm(path: Path) -> RoadNetwork:
    """The network of an extract. Raises RoadsUnusable if the file is missing or holds no roads."""
    name = path.name.removesuffix(".osm.pbf")
    ways = _read(path)
    places: dict[int, LatLon] = {}
    pieces = [piece for way in _cut(ways, places) for piece in way]
    kept = _mutually_reachable(pieces)
    numbers = {node: number for number, node in enumerate(sorted(kept))}
    roads = [
        Road(numbers[piece.start], numbers[piece.end], piece.road_class, piece.line, piece.length_m)
        for piece in pieces
        if piece.start in kept and piece.end in kept
    ]
    return RoadNetwork(name, name.replace("-", " ").title(), [places[node] for node in numbers], roads)


def _read(path: Path) -> list[_Way]:
    ways: list[_Way] = []
    try:
        for found in osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations():
            if isinstance(found, osmium.osm.Way):
                road_class = _driven_class(found)
                if road_class is not None:
                    ways.append(_Way(found, road_class))
    except (RuntimeError, OSError) as wrong:
        raise RoadsUnusable(f"{path} cannot be read as an OpenStreetMap extract: {wrong}") from wrong
    return [way for way in ways if len(way.nodes) > 1]


def _driven_class(way: osmium.osm.Way) -> str | None:
    """Our class of a road that anyone may drive on, else None."""
    if CLOSED & {way.tags.get("access"), way.tags.get("motor_vehicle")}:
        return None
    return CLASSES.get((way.tags.get("highway") or "").removesuffix("_link"))


def _cut(ways: list[_Way], places: dict[int, LatLon]) -> list[tuple[Road, ...]]:
    """Ways cut at shared nodes; fills `places` with where the cuts are. Road ends are still node numbers."""
    uses = Counter(node for way in ways for node in way.nodes)
    pieces: list[tuple[Road, ...]] = []
    for way in ways:
        last = len(way.nodes) - 1
        cuts = [i for i, node in enumerate(way.nodes) if i in (0, last) or uses[node] > 1]
        for first, end in pairwise(cuts):
            start_node, end_node, line = way.nodes[first], way.nodes[end], tuple(way.line[first : end + 1])
            places[start_node], places[end_node] = line[0], line[-1]
            if start_node == end_node:
                continue
            if way.one_way:
                pieces.append((road(start_node, end_node, way.road_class, line),))
            else:
                pieces.append(two_way(start_node, end_node, way.road_class, line))
    return pieces


def _mutually_reachable(pieces: list[Road]) -> set[int]:
    """The largest strongly connected set of nodes: forwards from a hub and backwards to it."""
    forwards: dict[int, list[int]] = {}
    backwards: dict[int, list[int]] = {}
    for piece in pieces:
        forwards.setdefault(piece.start, []).append(piece.end)
        backwards.setdefault(piece.end, []).append(piece.start)
    best: set[int] = set()
    unseen = set(forwards)
    while len(unseen) > len(best):
        hub = max(unseen, key=lambda node: (len(forwards[node]), node))
        found = _reached(hub, forwards) & _reached(hub, backwards)
        best = max(best, found, key=len)
        unseen -= found | {hub}
    return best


def _reached(hub: int, neighbours: dict[int, list[int]]) -> set[int]:
    reached, waiting = {hub}, [hub]
    while waiting:
        for node in neighbours.get(waiting.pop(), ()):
            if node not in reached:
                reached.add(node)
                waiting.append(node)
    return reached
