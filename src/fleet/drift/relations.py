"""What an item's figures must be to each other: a unit that changes changes the relation, whatever the traffic.

Speed is set against the way between two fixes of a device and their times, an odometer's gain against that way,
a trip's distance against its odometers and its end points. Pure but for the memory of each device's last fix.
"""

import math
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from fleet.drift.paths import number_of
from fleet.parser.coercion import read_imei, read_instant

SHORTEST_WAY_M: Final = 60.0
LONGEST_PAUSE_S: Final = 300.0
MOST_DEVICES: Final = 20_000

_IMEI: Final = ("imei", "deviceImei")
_TIME: Final = ("gpsTime",)
_LAT: Final = ("lat", "latitude")
_LON: Final = ("lng", "longitude", "lon")
_SPEED: Final = ("gpsSpeed", "speed")
_ODOMETER: Final = ("currentMileage", "distance")
_TRIP_DISTANCE: Final = ("distance", "totalMileage")


@dataclass(frozen=True, slots=True)
class Fix:
    """A place and time of a device, with the odometer that it told."""

    at: datetime
    lat: float
    lon: float
    odometer: float | None


@dataclass(slots=True)
class Relations:
    """Ratios by name, as items come by."""

    _last: OrderedDict[tuple[str, str], Fix] = field(default_factory=OrderedDict)

    def of(self, topic: str, item: dict[str, Any], asked_imei: str | None) -> dict[str, float]:
        """The ratios that an item gives, under names such as `gpsSpeed per way and time`."""
        if "startLat" in item or "startMileage" in item:
            return _of_trip(item)
        imei, at = _imei(item) or asked_imei, _instant(item)
        lat, lon = _first(item, _LAT)[1], _first(item, _LON)[1]
        if imei is None or at is None or not lat or lon is None:
            return {}
        odometer_name, odometer = _first(item, _ODOMETER)
        fix = Fix(at, lat, lon, odometer)
        before = self._swap((topic, imei), fix)
        return _between(before, fix, item, odometer_name) if before else {}

    def _swap(self, key: tuple[str, str], fix: Fix) -> Fix | None:
        """Remember a fix unless a later one is known; gives the one before it."""
        before = self._last.get(key)
        if before is not None and before.at >= fix.at:
            return None
        self._last[key] = fix
        self._last.move_to_end(key)
        if len(self._last) > MOST_DEVICES:
            self._last.popitem(last=False)
        return before


def _between(before: Fix, fix: Fix, item: dict[str, Any], odometer_name: str) -> dict[str, float]:
    seconds = (fix.at - before.at).total_seconds()
    way_m = great_circle_m(before.lat, before.lon, fix.lat, fix.lon)
    if seconds > LONGEST_PAUSE_S or way_m < SHORTEST_WAY_M:
        return {}
    ratios = {}
    speed_name, speed = _first(item, _SPEED)
    if speed and speed > 0:
        ratios[f"{speed_name} per way and time"] = speed / (way_m / seconds * 3.6)
    if fix.odometer and before.odometer and fix.odometer > before.odometer > 0:
        ratios[f"{odometer_name} gained per way"] = (fix.odometer - before.odometer) / way_m
    return ratios


def _of_trip(item: dict[str, Any]) -> dict[str, float]:
    name, distance = _first(item, _TRIP_DISTANCE)
    if not distance or distance <= 0:
        return {}
    ratios = {}
    start, end = number_of(item.get("startMileage")), number_of(item.get("endMileage"))
    if start and end and end > start:
        ratios[f"{name} per odometer difference"] = distance / (end - start)
    ends = [number_of(item.get(key)) for key in ("startLat", "startLng", "endLat", "endLng")]
    places = [place for place in ends if place is not None]
    if len(places) == 4 and (way_m := great_circle_m(*places)) >= SHORTEST_WAY_M:
        ratios[f"{name} per great circle"] = distance / way_m
    return ratios


def great_circle_m(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Metres between two places on the sphere."""
    north, east = math.radians(to_lat - lat), math.radians(to_lon - lon)
    chord = (
        math.sin(north / 2) ** 2
        + math.cos(math.radians(lat)) * math.cos(math.radians(to_lat)) * math.sin(east / 2) ** 2
    )
    return 2 * 6_371_008.8 * math.asin(min(1.0, math.sqrt(chord)))


def _first(item: dict[str, Any], spellings: tuple[str, ...]) -> tuple[str, float | None]:
    for name in spellings:
        if (number := number_of(item.get(name))) is not None:
            return name, number
    return spellings[0], None


def _imei(item: dict[str, Any]) -> str | None:
    for name in _IMEI:
        try:
            if imei := read_imei(item.get(name, "")):
                return imei
        except ValueError:
            continue
    return None


def _instant(item: dict[str, Any]) -> datetime | None:
    for name in _TIME:
        try:
            return read_instant(item.get(name, ""))
        except ValueError:
            continue
    return None
