"""Distances and directions over a few kilometres. Pure; points are (lat, lon) in degrees."""

import math
from itertools import pairwise

LatLon = tuple[float, float]

METRES_PER_DEGREE = 111_320.0


def distance_m(a: LatLon, b: LatLon) -> float:
    """Flat-earth distance: exact to a thousandth within one city."""
    north = (b[0] - a[0]) * METRES_PER_DEGREE
    east = (b[1] - a[1]) * METRES_PER_DEGREE * math.cos(math.radians((a[0] + b[0]) / 2))
    return math.hypot(north, east)


def heading_deg(a: LatLon, b: LatLon) -> float:
    """Direction from a to b, clockwise from north, 0 … 360."""
    east = (b[1] - a[1]) * math.cos(math.radians(a[0]))
    return math.degrees(math.atan2(east, b[0] - a[0])) % 360


def turn_deg(before: float, after: float) -> float:
    """How sharply the heading changes, 0 … 180."""
    return abs((after - before + 180) % 360 - 180)


def shifted(point: LatLon, east_m: float, north_m: float) -> LatLon:
    """The point moved by so many metres."""
    lat, lon = point
    per_degree_east = METRES_PER_DEGREE * math.cos(math.radians(lat))
    return lat + north_m / METRES_PER_DEGREE, lon + east_m / per_degree_east


def between(a: LatLon, b: LatLon, share: float) -> LatLon:
    """The point that lies `share` (0 … 1) of the way from a to b."""
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def length_m(line: tuple[LatLon, ...]) -> float:
    """Length of a polyline."""
    return sum(distance_m(a, b) for a, b in pairwise(line))
