"""A good fix of a vehicle's primary tracker, and how fixes become the one sequence that a day is folded from."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple


class Fix(NamedTuple):
    """Neither LBS nor WIFI. What the device did not tell is None."""

    fixed_at: datetime
    lat: float
    lon: float
    speed_kmh: float | None = None
    ignition: bool | None = None
    odometer_m: float | None = None
    imei: str = ""
    by_tracker: bool = True
    """No camera's: one speaks for a vehicle that has no tracker, or whose tracker is silent."""


def in_device_time(fixes: Iterable[Fix]) -> list[Fix]:
    """One fix an instant, in order; of several that contradict each other always the same one."""
    by_instant: dict[datetime, Fix] = {}
    for fix in fixes:
        held = by_instant.setdefault(fix.fixed_at, fix)
        if held != fix and _content(fix) > _content(held):
            by_instant[fix.fixed_at] = fix
    return [by_instant[instant] for instant in sorted(by_instant)]


def _content(fix: Fix) -> tuple[tuple[bool, float | str], ...]:
    return tuple((value is not None, value if value is not None else 0.0) for value in fix[1:])
