"""The road networks that the project ships: Nairobi, Mombasa, Kampala, invented by tools/make_roads.py.

File format, version 1 (gzip, JSON): `classes` names the road classes; each of `cities` has `name`, `title`,
`centre` [lat, lon], `nodes` [east, north, east, north, …] in hundred-thousandths of a degree from the centre
and `edges` [class, from, to, then inner points as (east, north) steps, each from the point before].
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from fleet.sandbox.geometry import LatLon
from fleet.sandbox.network import Road, RoadNetwork, two_way

UNITS_PER_DEGREE = 1e5


@dataclass(frozen=True, slots=True)
class DrawnRoad:
    """A piece of road as a map draws it: two-way, (lon, lat) points."""

    road_class: str
    line: tuple[tuple[float, float], ...]


@cache
def _document() -> dict[str, Any]:
    packed = resources.files("fleet.sandbox").joinpath("data/roads.json.gz").read_bytes()
    document: dict[str, Any] = json.loads(gzip.decompress(packed))
    return document


def roads() -> dict[str, list[DrawnRoad]]:
    """Every road by city name (`nairobi`, `mombasa`, `kampala`), for drawing."""
    classes = _document()["classes"]
    return {
        city["name"]: [
            DrawnRoad(classes[edge[0]], tuple((lon, lat) for lat, lon in line)) for edge, line in _lines(city)
        ]
        for city in _document()["cities"]
    }


@cache
def networks() -> tuple[RoadNetwork, ...]:
    """The three cities as networks to drive on."""
    return tuple(_network(city) for city in _document()["cities"])


def _network(city: dict[str, Any]) -> RoadNetwork:
    classes = _document()["classes"]
    pieces: list[Road] = []
    for edge, line in _lines(city):
        pieces += two_way(edge[1], edge[2], classes[edge[0]], line)
    return RoadNetwork(city["name"], city["title"], _junctions(city), pieces)


def _junctions(city: dict[str, Any]) -> list[LatLon]:
    lat, lon = city["centre"]
    units = city["nodes"]
    return [
        (lat + north / UNITS_PER_DEGREE, lon + east / UNITS_PER_DEGREE)
        for east, north in zip(units[::2], units[1::2], strict=True)
    ]


def _lines(city: dict[str, Any]) -> Iterator[tuple[list[int], tuple[LatLon, ...]]]:
    """Each edge with its points (lat, lon)."""
    junctions = _junctions(city)
    for edge in city["edges"]:
        start, end = junctions[edge[1]], junctions[edge[2]]
        line, (lat, lon) = [start], start
        for east, north in zip(edge[3::2], edge[4::2], strict=True):
            lat, lon = lat + north / UNITS_PER_DEGREE, lon + east / UNITS_PER_DEGREE
            line.append((lat, lon))
        yield edge, (*line, end)
