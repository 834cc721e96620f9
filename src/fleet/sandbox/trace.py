"""Recorded traces to drive again: GPX, and CSV in three forms. Pure but for reading the file.

CSV: (1) a header with time, lat, lon (or timestamp, datetime, latitude, lng, longitude …), one fix a row;
(2) a header with `shape` (WKT LINESTRING, lon lat) and `timestamps` (Unix seconds, comma-separated), one trace
a row; (3) no header, tab-separated lon, lat, seconds (`.track`).
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from fleet.errors import FleetError
from fleet.sandbox.geometry import LatLon

TIME_NAMES = ("time", "timestamp", "datetime", "date_time", "gpstime", "fixed_at", "t", "ts")
LAT_NAMES = ("lat", "latitude", "y")
LON_NAMES = ("lon", "lng", "long", "longitude", "x")


class TraceUnusable(FleetError):
    """A trace file that cannot be replayed."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Points of one drive and the seconds from its start at which they were passed; strictly increasing."""

    points: tuple[LatLon, ...]
    seconds: tuple[float, ...]


def load(path: Path) -> list[Trace]:
    """Every trace of a file, in file order. Raises TraceUnusable if there is none."""
    try:
        fixes = list(_gpx(path) if path.suffix.lower() == ".gpx" else _table(path))
    except (OSError, ValueError, ElementTree.ParseError) as wrong:
        raise TraceUnusable(f"{path}: {wrong}; give GPX, or CSV with time, lat and lon columns") from wrong
    traces = [trace for trace in map(_trace, fixes) if len(trace.points) > 1]
    if not traces:
        raise TraceUnusable(f"{path}: no two fixes with a time; give GPX, or CSV with time, lat and lon columns")
    return traces


def _trace(fixes: Iterable[tuple[float, LatLon]]) -> Trace:
    """In order of time, a point a moment."""
    by_time = dict(sorted(fixes))
    start = min(by_time, default=0.0)
    return Trace(tuple(by_time.values()), tuple(time - start for time in by_time))


def _gpx(path: Path) -> Iterator[list[tuple[float, LatLon]]]:
    # A local file that the person who runs the sandbox chose, not input from a stranger.
    for track in ElementTree.parse(path).getroot().iterfind(".//{*}trk"):  # noqa: S314
        yield [
            (
                _seconds(point.findtext("{*}time", "")),
                (float(point.attrib["lat"]), float(point.attrib["lon"])),
            )
            for point in track.iterfind(".//{*}trkpt")
        ]


def _table(path: Path) -> Iterator[list[tuple[float, LatLon]]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        first = file.readline()
        file.seek(0)
        if not re.search("[a-zA-Z]", first):
            yield [(float(row[2]), (float(row[1]), float(row[0]))) for row in csv.reader(file, delimiter="\t")]
            return
        rows = csv.DictReader(file)
        rows.fieldnames = [name.strip().lower() for name in rows.fieldnames or ()]
        if {"shape", "timestamps"} <= set(rows.fieldnames):
            yield from map(_shape, rows)
        else:
            yield list(_fixes(rows, rows.fieldnames))


def _shape(row: dict[str, str]) -> list[tuple[float, LatLon]]:
    pairs = re.findall(r"(-?[\d.]+)\s+(-?[\d.]+)", row["shape"])
    times = [float(time) for time in row["timestamps"].split(",")]
    return [(time, (float(lat), float(lon))) for time, (lon, lat) in zip(times, pairs, strict=True)]


def _fixes(rows: Iterable[dict[str, str]], names: Iterable[str]) -> Iterator[tuple[float, LatLon]]:
    time, lat, lon = (_column(names, wanted) for wanted in (TIME_NAMES, LAT_NAMES, LON_NAMES))
    for row in rows:
        yield _seconds(row[time]), (float(row[lat]), float(row[lon]))


def _column(names: Iterable[str], wanted: tuple[str, ...]) -> str:
    found = [name for name in wanted if name in names]
    if not found:
        raise ValueError(f"no column called {wanted[0]} (or {', '.join(wanted[1:])})")
    return found[0]


def _seconds(text: str) -> float:
    """Unix seconds from a number (milliseconds too) or an ISO time; a time without a zone is UTC."""
    try:
        number = float(text)
    except ValueError:
        moment = datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return number / 1000 if number > 1e11 else number
