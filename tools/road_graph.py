"""From streets drawn as lines to a graph of junctions and edges, for make_roads."""

import math
import random
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from road_cities import Point


@dataclass
class Street:
    road_class: int
    points: list[Point]


class Junctions:
    """Numbered places where streets meet; places closer than MERGE_M are one."""

    MERGE_M = 28.0

    def __init__(self) -> None:
        self.points: list[Point] = []
        self.cells: dict[tuple[int, int], list[int]] = defaultdict(list)

    def at(self, point: Point) -> int:
        column, row = int(point[0] // self.MERGE_M), int(point[1] // self.MERGE_M)
        for i in (column - 1, column, column + 1):
            for j in (row - 1, row, row + 1):
                for known in self.cells.get((i, j), ()):
                    if math.dist(self.points[known], point) < self.MERGE_M:
                        return known
        self.points.append(point)
        self.cells[column, row].append(len(self.points) - 1)
        return len(self.points) - 1


def crossings(drawn: list[Street]) -> dict[int, list[tuple[float, Point]]]:
    """Street number → where along it (in segments) others cross."""
    cell_m = 60.0
    cells: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    found: dict[int, list[tuple[float, Point]]] = defaultdict(list)
    for number, street in enumerate(drawn):
        for index, (a, b) in enumerate(pairwise(street.points)):
            near: set[tuple[int, int]] = set()
            for cell in cells_of(a, b, cell_m):
                near.update(cells[cell])
                cells[cell].append((number, index))
            for other, other_index in sorted(near):
                if other == number:
                    continue
                c, d = drawn[other].points[other_index], drawn[other].points[other_index + 1]
                hit = intersect(a, b, c, d)
                if hit is not None:
                    point = (a[0] + (b[0] - a[0]) * hit[0], a[1] + (b[1] - a[1]) * hit[0])
                    found[number].append((index + hit[0], point))
                    found[other].append((other_index + hit[1], point))
    return found


def cells_of(a: Point, b: Point, cell_m: float) -> set[tuple[int, int]]:
    columns = sorted((int(a[0] // cell_m), int(b[0] // cell_m)))
    rows = sorted((int(a[1] // cell_m), int(b[1] // cell_m)))
    return {(i, j) for i in range(columns[0], columns[1] + 1) for j in range(rows[0], rows[1] + 1)}


def intersect(a: Point, b: Point, c: Point, d: Point) -> tuple[float, float] | None:
    """How far along ab and cd (0 … 1) the two segments cross."""
    ux, uy, vx, vy = b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]
    cross = ux * vy - uy * vx
    if abs(cross) < 1e-9:
        return None
    t = ((c[0] - a[0]) * vy - (c[1] - a[1]) * vx) / cross
    s = ((c[0] - a[0]) * uy - (c[1] - a[1]) * ux) / cross
    return (t, s) if 0 <= t <= 1 and 0 <= s <= 1 else None


@dataclass(frozen=True)
class Edge:
    road_class: int
    start: int
    end: int
    between: tuple[Point, ...]


def cut(drawn: list[Street], junctions: Junctions, rng: random.Random) -> list[Edge]:
    """Edges between consecutive crossings; loose ends go, but for some cul-de-sacs."""
    edges: dict[tuple[int, int], Edge] = {}
    found = crossings(drawn)
    for number, street in enumerate(drawn):
        cuts = sorted(found[number])
        if street.road_class == 3 and rng.random() < 0.3:
            cuts.append((len(street.points) - 1.0, street.points[-1]))
        for (from_index, from_point), (to_index, to_point) in pairwise(cuts):
            start, end = junctions.at(from_point), junctions.at(to_point)
            if start == end:
                continue
            between = street.points[math.floor(from_index) + 1 : math.ceil(to_index)]
            line = simplify([junctions.points[start], *between, junctions.points[end]], 4.0)
            key = (min(start, end), max(start, end))
            if key not in edges or edges[key].road_class > street.road_class:
                edges[key] = Edge(street.road_class, start, end, tuple(line[1:-1]))
    return list(edges.values())


def simplify(line: list[Point], tolerance_m: float) -> list[Point]:
    """Douglas and Peucker."""
    if len(line) < 3:
        return line
    (ax, ay), (bx, by) = line[0], line[-1]
    length = math.hypot(bx - ax, by - ay) or 1.0
    offsets = [abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length for x, y in line[1:-1]]
    worst = max(range(len(offsets)), key=offsets.__getitem__)
    if offsets[worst] <= tolerance_m:
        return [line[0], line[-1]]
    return simplify(line[: worst + 2], tolerance_m)[:-1] + simplify(line[worst + 1 :], tolerance_m)


def largest_component(edges: list[Edge]) -> list[Edge]:
    neighbours: dict[int, list[int]] = defaultdict(list)
    for edge in edges:
        neighbours[edge.start].append(edge.end)
        neighbours[edge.end].append(edge.start)
    best: set[int] = set()
    unseen = set(neighbours)
    while unseen:
        reached, queue = set(), [min(unseen)]
        while queue:
            node = queue.pop()
            if node not in reached:
                reached.add(node)
                queue.extend(neighbours[node])
        unseen -= reached
        best = max(best, reached, key=len)
    return [edge for edge in edges if edge.start in best]
