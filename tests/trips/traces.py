"""Real traces as fixes: recorded by others, so read where they lie and never copied here."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from fleet.trips import Fix
from trips.days import TRACKER


class Arrival(NamedTuple):
    """A fix, and when the server of that day received it."""

    received_at: datetime
    fix: Fix


def telemetry(*files: Path) -> list[Arrival]:
    """A tracker's own feed: positions, ignition, readings, each with device time and server time, as they arrived."""
    events = [event for path in files for event in json.loads(path.read_text()) if "receivedTs" in event["ev"]]
    arrivals: list[Arrival] = []
    for event in sorted(events, key=lambda event: event["ev"]["receivedTs"]):
        told, place = event["ev"], event["ev"]["pos"]
        lat, lon = place["latlon"]["lat"], place["latlon"]["lng"]
        ignition = {"vehicle-ign-on": True, "vehicle-ign-off": False}.get(event["type"])
        fixed_at = told["ts"] if ignition is not None else place["posTime"]
        fix = Fix(_instant(fixed_at), lat, lon, place["speed"], ignition, imei=TRACKER)
        arrivals.append(Arrival(_instant(told["receivedTs"]), fix))
    return list(_knowing_the_engine(arrivals))


def _knowing_the_engine(arrivals: list[Arrival]) -> Iterator[Arrival]:
    """That tracker tells the ignition when it changes; ours tell it with each fix."""
    engine: dict[datetime, bool | None] = {}
    on: bool | None = None
    for fix in sorted((arrival.fix for arrival in arrivals), key=lambda fix: fix.fixed_at):
        on = fix.ignition if fix.ignition is not None else on
        engine[fix.fixed_at] = on
    for arrival in arrivals:
        yield arrival._replace(fix=arrival.fix._replace(ignition=engine[arrival.fix.fixed_at]))


def track(path: Path, starts: datetime) -> list[Fix]:
    """Longitude, latitude and seconds, nothing else."""
    rows = csv.reader(path.read_text().splitlines(), delimiter="\t")
    return [Fix(starts + timedelta(seconds=float(s)), float(lat), float(lon), imei=TRACKER) for lon, lat, s, *_ in rows]


def _instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z").astimezone(UTC)
