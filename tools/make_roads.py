"""Draw the three synthetic road networks that the sandbox drives on, and write them as one small file.

    python tools/make_roads.py [OUTPUT]        (default: src/fleet/sandbox/data/roads.json.gz)

The result is invented: hand-laid trunk corridors, rings bent by noise, and streets traced along a
direction field (radial near the centre, grid-like in the quarters). The same code gives the same
file, byte for byte. The format is described in docs/sandbox.md and read by fleet.sandbox.roads.
"""

import gzip
import json
import math
import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from road_cities import CITIES, CLASSES, City, Point
from road_graph import Edge, Junctions, Street, cut, largest_component

STEP_M = 30.0
PARALLEL_COS = math.cos(math.radians(32))


class Noise:
    """Smooth noise around a circle and over the plane: a few seeded sine waves."""

    def __init__(self, rng: random.Random) -> None:
        self.waves = [
            (rng.uniform(0.7, 1.6) / 2600, rng.uniform(0, math.tau), rng.uniform(0, math.tau)) for _ in range(5)
        ]

    def at(self, point: Point) -> float:
        """About -1 … 1."""
        total = 0.0
        for frequency, heading, phase in self.waves:
            along = point[0] * math.cos(heading) + point[1] * math.sin(heading)
            total += math.sin(along * frequency * math.tau / 2 + phase)
        return total / 3.2

    def around(self, angle: float) -> float:
        return sum(math.sin((k + 2) * angle + wave[2]) / (k + 2) for k, wave in enumerate(self.waves)) / 1.6


class Terrain:
    """Where streets may run and which way they like to run."""

    def __init__(self, city: City, rng: random.Random) -> None:
        self.city = city
        self.noise = Noise(rng)
        self.land = [[city.to_plane(corner) for corner in polygon] for polygon in city.land]
        self.quarters = [
            (
                radius * math.cos(angle),
                radius * math.sin(angle),
                rng.uniform(0, math.pi / 2),
                rng.uniform(900, 2300),
            )
            for radius, angle in (
                (city.radius_m * math.sqrt(rng.random()), rng.uniform(0, math.tau)) for _ in range(26)
            )
        ]

    def is_open(self, point: Point) -> bool:
        edge = self.city.radius_m * (1 + 0.12 * self.noise.around(math.atan2(point[1], point[0])))
        if math.hypot(*point) > edge:
            return False
        return not self.land or any(inside(point, polygon) for polygon in self.land)

    def heading(self, point: Point) -> float:
        """The direction (modulo a quarter turn) that streets follow here."""
        x, y = point
        distance = math.hypot(x, y)
        weight = 0.25 + math.exp(-((distance / 2400) ** 2))
        angle = math.atan2(y, x)
        cos_sum, sin_sum = weight * math.cos(4 * angle), weight * math.sin(4 * angle)
        for qx, qy, turn, reach in self.quarters:
            pull = 1.6 * math.exp(-((x - qx) ** 2 + (y - qy) ** 2) / reach**2)
            cos_sum += pull * math.cos(4 * turn)
            sin_sum += pull * math.sin(4 * turn)
        return math.atan2(sin_sum, cos_sum) / 4 + 0.22 * self.noise.at(point)

    def gap(self, point: Point) -> float:
        """Metres between neighbouring streets: dense in the core and in the quarters, wide at the edge."""
        outward = max(0.0, math.hypot(*point) - self.city.core_m) / self.city.radius_m
        return self.city.street_gap_m * (1 + 1.9 * outward + 0.3 * (1 + self.noise.at((point[1], -point[0]))))

    def is_built(self, point: Point) -> bool:
        """False in the parks, farms and forests between the quarters."""
        outward = math.hypot(*point) / self.city.radius_m
        return self.noise.at((point[0] * 1.7, point[1] * 1.7)) > 1.7 * outward - 1.25


def inside(point: Point, polygon: list[Point]) -> bool:
    x, y = point
    odd = False
    for (x1, y1), (x2, y2) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            odd = not odd
    return odd


@dataclass
class Traced:
    """Points of the streets so far with their directions, findable by place."""

    cell_m: float = 250.0
    cells: dict[tuple[int, int], list[tuple[float, float, float, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, points: list[Point]) -> None:
        for (x1, y1), (x2, y2) in pairwise(points):
            length = math.hypot(x2 - x1, y2 - y1) or 1.0
            self.cells[int(x1 // self.cell_m), int(y1 // self.cell_m)].append(
                (x1, y1, (x2 - x1) / length, (y2 - y1) / length)
            )

    def is_clear(self, point: Point, direction: Point, gap_m: float) -> bool:
        """No street within `gap_m` that runs about the same way."""
        x, y = point
        reach = math.ceil(gap_m / self.cell_m)
        column, row = int(x // self.cell_m), int(y // self.cell_m)
        for i in range(column - reach, column + reach + 1):
            for j in range(row - reach, row + reach + 1):
                for px, py, dx, dy in self.cells.get((i, j), ()):
                    parallel = abs(dx * direction[0] + dy * direction[1]) > PARALLEL_COS
                    if parallel and (px - x) ** 2 + (py - y) ** 2 < gap_m**2:
                        return False
        return True


def smooth(corners: list[Point]) -> list[Point]:
    """A Catmull-Rom curve through the corners, a point every STEP_M or so."""
    padded = [corners[0], *corners, corners[-1]]
    curve: list[Point] = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        pieces = max(1, round(math.dist(b, c) / STEP_M))
        for k in range(pieces):
            t = k / pieces
            curve.append((spline(a[0], b[0], c[0], d[0], t), spline(a[1], b[1], c[1], d[1], t)))
    return [*curve, corners[-1]]


def spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def arterials(city: City, terrain: Terrain) -> Iterator[Street]:
    for road_class, corners in city.corridors:
        wobble = [city.to_plane(corner) for corner in corners]
        yield Street(CLASSES.index(road_class), smooth(wobble))
    for road_class, radius, start, end in city.rings:
        count = max(12, round(radius * (end - start) / 450))
        angles = [start + (end - start) * k / count for k in range(count + 1)]
        bent = [radius * (1 + 0.13 * terrain.noise.around(angle + radius / 900)) for angle in angles]
        ring = [(r * math.cos(a), r * math.sin(a)) for r, a in zip(bent, angles, strict=True)]
        yield Street(CLASSES.index(road_class), smooth([p for p in ring if terrain.is_open(p)]))


def trace(
    start: Point, quarter_turn: int, terrain: Terrain, traced: Traced, gap_m: float, limit_m: float
) -> list[Point]:
    """Follow the field from `start` both ways until water, the city's edge or a parallel street."""
    halves = []
    for sign in (1.0, -1.0):
        point, previous, half = start, None, [start]
        for _ in range(int(limit_m / 2 / STEP_M)):
            angle = terrain.heading(point) + quarter_turn * math.pi / 2
            direction = (math.cos(angle) * sign, math.sin(angle) * sign)
            if previous is not None:
                direction = closest_quarter(direction, previous)
            point = (point[0] + direction[0] * STEP_M, point[1] + direction[1] * STEP_M)
            half.append(point)
            if not terrain.is_open(point) or not traced.is_clear(point, direction, gap_m * 0.6):
                break
            previous = direction
        halves.append(half)
    return halves[1][:0:-1] + halves[0]


def closest_quarter(direction: Point, previous: Point) -> Point:
    """The field is known modulo a quarter turn: keep going the way we went."""
    x, y = direction
    return max(((x, y), (-y, x), (-x, -y), (y, -x)), key=lambda d: d[0] * previous[0] + d[1] * previous[1])


def streets(city: City, terrain: Terrain, rng: random.Random) -> list[Street]:
    traced, result = Traced(), list(arterials(city, terrain))
    for street in result:
        traced.add(street.points)
    plan = [(2, 5.5, 9000, 0.8)] * 600 + [(3, 2.4, 3500, 0.6)] * 1500 + [(3, 1.0, 1300, 0.55)] * 30000
    for road_class, wider, limit_m, keep in plan:
        radius = city.radius_m * rng.random() ** keep
        angle = rng.uniform(0, math.tau)
        seed = (radius * math.cos(angle), radius * math.sin(angle))
        gap_m = terrain.gap(seed) * wider
        if not terrain.is_open(seed) or (road_class == 3 and not terrain.is_built(seed)):
            continue
        turn = rng.randrange(2)
        heading = terrain.heading(seed) + turn * math.pi / 2
        if not traced.is_clear(seed, (math.cos(heading), math.sin(heading)), gap_m):
            continue
        points = trace(seed, turn, terrain, traced, gap_m, limit_m * rng.uniform(0.5, 1.5))
        if len(points) * STEP_M > 1.3 * gap_m:
            result.append(Street(road_class, points))
            traced.add(points)
    return result


def encode(city: City, edges: list[Edge], junctions: Junctions) -> dict[str, object]:
    """The documented form: integers, nodes numbered from 0, inner points as steps from the point before."""
    numbers = {old: new for new, old in enumerate(sorted({n for e in edges for n in (e.start, e.end)}))}
    places = {old: city.to_units(junctions.points[old]) for old in numbers}
    rows = []
    for edge in edges:
        row, last = [edge.road_class, numbers[edge.start], numbers[edge.end]], places[edge.start]
        for point in map(city.to_units, edge.between):
            row += [point[0] - last[0], point[1] - last[1]]
            last = point
        rows.append(row)
    nodes = [value for old in numbers for value in places[old]]
    return {
        "name": city.name,
        "title": city.title,
        "centre": list(city.centre),
        "nodes": nodes,
        "edges": rows,
    }


def build(city: City) -> dict[str, object]:
    """One city's entry of the file."""
    rng = random.Random(city.seed)
    junctions = Junctions()
    edges = largest_component(cut(streets(city, Terrain(city, rng), rng), junctions, rng))
    return encode(city, edges, junctions)


def main() -> None:
    """Write the file, compressed without a time stamp so that it never changes on its own."""
    default = Path(__file__).parents[1] / "src/fleet/sandbox/data/roads.json.gz"
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    cities = [build(city) for city in CITIES]
    document = {"format": 1, "classes": CLASSES, "cities": cities}
    text = json.dumps(document, separators=(",", ":"))
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(output, output.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
