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
from pathlib import Path

Point = tuple[float, float]

CLASSES = ("trunk", "primary", "secondary", "residential")
METRES_PER_DEGREE = 111_320.0
STEP_M = 30.0
PARALLEL_COS = math.cos(math.radians(32))


@dataclass(frozen=True)
class City:
    """What makes one city differ from another. Corridors and land are (lon, lat); the rest is metres."""

    name: str
    title: str
    centre: tuple[float, float]
    radius_m: float
    seed: int
    corridors: tuple[tuple[str, tuple[Point, ...]], ...]
    rings: tuple[tuple[str, float, float, float], ...]
    land: tuple[tuple[Point, ...], ...] = ()
    core_m: float = 3000.0
    street_gap_m: float = 118.0

    def to_plane(self, lon_lat: Point) -> Point:
        lat, lon = self.centre
        east = (lon_lat[0] - lon) * METRES_PER_DEGREE * math.cos(math.radians(lat))
        return east, (lon_lat[1] - lat) * METRES_PER_DEGREE

    def to_units(self, point: Point) -> tuple[int, int]:
        """Hundred-thousandths of a degree east and north of the centre: what the file holds."""
        scale = METRES_PER_DEGREE * math.cos(math.radians(self.centre[0]))
        return round(point[0] / scale * 1e5), round(point[1] / METRES_PER_DEGREE * 1e5)


@dataclass
class Street:
    road_class: int
    points: list[Point]


CITIES = (
    City(
        name="nairobi",
        title="Nairobi",
        centre=(-1.2833, 36.8219),
        radius_m=12_500,
        seed=41,
        core_m=3600,
        corridors=(
            (
                "trunk",
                (
                    (36.722, -1.262),
                    (36.762, -1.262),
                    (36.796, -1.270),
                    (36.814, -1.282),
                    (36.824, -1.297),
                    (36.842, -1.314),
                    (36.873, -1.331),
                    (36.906, -1.352),
                ),
            ),
            (
                "trunk",
                ((36.8219, -1.2800), (36.838, -1.268), (36.861, -1.249), (36.889, -1.226), (36.912, -1.196)),
            ),
            (
                "primary",
                ((36.8200, -1.2850), (36.804, -1.297), (36.782, -1.301), (36.758, -1.302), (36.728, -1.318)),
            ),
            (
                "primary",
                ((36.8230, -1.2890), (36.846, -1.290), (36.873, -1.287), (36.905, -1.292), (36.930, -1.287)),
            ),
            (
                "primary",
                ((36.8190, -1.2800), (36.815, -1.262), (36.806, -1.238), (36.799, -1.208), (36.781, -1.180)),
            ),
            ("primary", ((36.8210, -1.2950), (36.806, -1.318), (36.777, -1.336), (36.752, -1.357))),
            ("primary", ((36.8300, -1.2760), (36.842, -1.252), (36.848, -1.222), (36.862, -1.188))),
        ),
        rings=(
            ("primary", 700, 0.0, 6.3),
            ("secondary", 1600, 0.0, 6.3),
            ("secondary", 3100, 0.0, 6.3),
            ("trunk", 6300, -1.9, 2.2),
            ("primary", 6600, 2.0, 4.1),
            ("secondary", 9400, 0.4, 3.4),
        ),
    ),
    City(
        name="mombasa",
        title="Mombasa",
        centre=(-4.0435, 39.6682),
        radius_m=13_000,
        seed=12,
        core_m=2600,
        street_gap_m=105,
        corridors=(
            (
                "trunk",
                (
                    (39.660, -4.054),
                    (39.647, -4.041),
                    (39.636, -4.034),
                    (39.622, -4.023),
                    (39.604, -4.010),
                    (39.583, -3.999),
                    (39.563, -3.990),
                ),
            ),
            (
                "primary",
                (
                    (39.662, -4.056),
                    (39.668, -4.045),
                    (39.677, -4.037),
                    (39.690, -4.028),
                    (39.704, -4.013),
                    (39.719, -3.993),
                    (39.736, -3.969),
                    (39.749, -3.951),
                ),
            ),
            ("primary", ((39.678, -4.066), (39.667, -4.060), (39.654, -4.060), (39.645, -4.051))),
            ("primary", ((39.663, -4.079), (39.664, -4.066), (39.662, -4.054), (39.660, -4.040))),
            ("secondary", ((39.622, -4.023), (39.611, -4.032), (39.596, -4.036), (39.585, -4.040))),
            ("secondary", ((39.690, -4.028), (39.689, -4.006), (39.699, -3.983), (39.712, -3.962))),
        ),
        rings=(),
        land=(
            (
                (39.636, -4.033),
                (39.648, -4.030),
                (39.662, -4.030),
                (39.672, -4.035),
                (39.679, -4.045),
                (39.684, -4.060),
                (39.683, -4.073),
                (39.675, -4.082),
                (39.664, -4.081),
                (39.653, -4.076),
                (39.643, -4.064),
                (39.637, -4.048),
            ),
            (
                (39.683, -4.037),
                (39.690, -4.052),
                (39.701, -4.049),
                (39.713, -4.028),
                (39.724, -4.008),
                (39.741, -3.981),
                (39.756, -3.953),
                (39.735, -3.944),
                (39.708, -3.950),
                (39.688, -3.974),
                (39.678, -4.004),
                (39.679, -4.026),
            ),
            (
                (39.631, -4.029),
                (39.621, -4.044),
                (39.600, -4.053),
                (39.576, -4.045),
                (39.560, -4.015),
                (39.556, -3.985),
                (39.585, -3.973),
                (39.612, -3.978),
                (39.630, -3.992),
                (39.642, -4.006),
                (39.641, -4.021),
            ),
        ),
    ),
    City(
        name="kampala",
        title="Kampala",
        centre=(0.3163, 32.5822),
        radius_m=10_500,
        seed=77,
        core_m=2800,
        street_gap_m=125,
        corridors=(
            (
                "trunk",
                ((32.5822, 0.3163), (32.602, 0.322), (32.627, 0.338), (32.651, 0.353), (32.676, 0.366)),
            ),
            (
                "trunk",
                ((32.5790, 0.3150), (32.565, 0.306), (32.553, 0.289), (32.541, 0.264), (32.535, 0.238)),
            ),
            (
                "primary",
                ((32.5760, 0.3180), (32.559, 0.331), (32.541, 0.352), (32.529, 0.382), (32.521, 0.403)),
            ),
            ("primary", ((32.5810, 0.3190), (32.578, 0.341), (32.571, 0.365), (32.574, 0.392))),
            ("primary", ((32.5730, 0.3140), (32.552, 0.314), (32.529, 0.309), (32.500, 0.314))),
            ("primary", ((32.5860, 0.3140), (32.594, 0.295), (32.609, 0.276), (32.622, 0.253))),
            ("secondary", ((32.5840, 0.3110), (32.581, 0.290), (32.587, 0.268), (32.582, 0.249))),
        ),
        rings=(
            ("primary", 600, 0.0, 6.3),
            ("secondary", 1700, 0.0, 6.3),
            ("secondary", 3600, 0.0, 6.3),
            ("trunk", 6200, 0.5, 4.9),
        ),
        land=(
            (
                (32.46, 0.43),
                (32.72, 0.43),
                (32.72, 0.30),
                (32.655, 0.285),
                (32.638, 0.245),
                (32.612, 0.232),
                (32.585, 0.244),
                (32.560, 0.232),
                (32.530, 0.205),
                (32.46, 0.20),
            ),
        ),
    ),
)


class Noise:
    """Smooth noise around a circle and over the plane: a few seeded sine waves."""

    def __init__(self, rng: random.Random) -> None:
        self.waves = [
            (rng.uniform(0.7, 1.6) / 2600, rng.uniform(0, math.tau), rng.uniform(0, math.tau))
            for _ in range(5)
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
        for (x1, y1), (x2, y2) in zip(points, points[1:], strict=False):
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
                    if (px - x) ** 2 + (py - y) ** 2 < gap_m**2:
                        if abs(dx * direction[0] + dy * direction[1]) > PARALLEL_COS:
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


# ---- from drawn lines to a graph -------------------------------------------------------------------


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
        for index, (a, b) in enumerate(zip(street.points, street.points[1:], strict=False)):
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
        for (from_index, from_point), (to_index, to_point) in zip(cuts, cuts[1:], strict=False):
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
    document = {"format": 1, "classes": CLASSES, "cities": [build(city) for city in CITIES]}
    text = json.dumps(document, separators=(",", ":"))
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    for city in document["cities"]:
        print(city["title"], len(city["nodes"]) // 2, "junctions", len(city["edges"]), "edges")  # type: ignore[index,arg-type,call-overload]
    print(output, output.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
