"""Distances on the ground, and paths with fewer points."""

from collections.abc import Sequence
from math import asin, cos, hypot, radians, sin, sqrt

EARTH_RADIUS_M = 6_371_008.8
METRES_A_DEGREE = 111_195.08

LatLon = tuple[float, float]


def distance_m(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Great-circle distance in metres."""
    north, east = sin(radians(to_lat - lat) / 2), sin(radians(to_lon - lon) / 2)
    chord = north * north + cos(radians(lat)) * cos(radians(to_lat)) * east * east
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))


def kept_points(points: Sequence[LatLon], tolerance_m: float) -> list[int]:
    """Douglas and Peucker: which points stay, so that none that goes lies farther than the tolerance from the path."""
    if len(points) < 3:
        return list(range(len(points)))
    east_m = METRES_A_DEGREE * cos(radians(points[0][0]))
    plane = [(lon * east_m, lat * METRES_A_DEGREE) for lat, lon in points]
    kept = {0, len(plane) - 1}
    spans = [(0, len(plane) - 1)]
    while spans:
        first, last = spans.pop()
        farthest, off_m = _farthest(plane, first, last)
        if off_m > tolerance_m:
            kept.add(farthest)
            spans += [(first, farthest), (farthest, last)]
    return sorted(kept)


def _farthest(plane: Sequence[tuple[float, float]], first: int, last: int) -> tuple[int, float]:
    """The point between two that lies farthest from the line between them, and how far, in metres."""
    (x, y), (to_x, to_y) = plane[first], plane[last]
    dx, dy = to_x - x, to_y - y
    length_squared = dx * dx + dy * dy
    found, most = first, 0.0
    for place in range(first + 1, last):
        px, py = plane[place][0] - x, plane[place][1] - y
        along = max(0.0, min(1.0, (px * dx + py * dy) / length_squared)) if length_squared else 0.0
        off = hypot(px - along * dx, py - along * dy)
        if off > most:
            found, most = place, off
    return found, most
