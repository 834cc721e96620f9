"""What each fix of a day says that the vehicle does: drive, idle or stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from fleet.trips.fix import Fix
from fleet.trips.geometry import distance_m
from fleet.trips.rules import DRIFT_KMH, IGNITION_HOLDS_S, MOVING_KMH, PAUSE_S


class Motion(StrEnum):
    """Of a fix, or of the time from it to the next. Only a time can be unknown."""

    DRIVING = "driving"
    IDLING = "idling"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Motions:
    """One entry a fix."""

    motions: list[Motion]
    engines: list[bool | None]
    has_acc_data: bool
    drifted: bool


def motions_of(fixes: Sequence[Fix]) -> Motions:
    """Classes every fix. Without engine data that can be believed, a fix drives or stands and never idles."""
    speeds = _speeds_kmh(fixes)
    has_acc_data = _believable_engine(fixes, speeds)
    engines = _held_engines(fixes, believed=has_acc_data)
    motions = _classed(speeds, engines)
    drifted = any(
        speed >= MOVING_KMH and motion is not Motion.DRIVING for speed, motion in zip(speeds, motions, strict=True)
    )
    return Motions(motions, engines, has_acc_data, drifted)


def _classed(speeds: Sequence[float], engines: Sequence[bool | None]) -> list[Motion]:
    return [_motion(place, speeds, engines) for place in range(len(speeds))]


def _motion(place: int, speeds: Sequence[float], engines: Sequence[bool | None]) -> Motion:
    if speeds[place] >= MOVING_KMH and (
        engines[place]
        or speeds[place] >= DRIFT_KMH
        or (place > 0 and speeds[place - 1] >= MOVING_KMH)
        or (place + 1 < len(speeds) and speeds[place + 1] >= MOVING_KMH)
    ):
        return Motion.DRIVING
    return Motion.IDLING if engines[place] else Motion.STOPPED


def _speeds_kmh(fixes: Sequence[Fix]) -> list[float]:
    """As told, else what the way from the fix before implies; after a silence that says nothing of now."""
    speeds = []
    before: Fix | None = None
    for fix in fixes:
        speed = fix.speed_kmh
        if speed is None:
            speed = _implied_kmh(before, fix) if before is not None else 0.0
        speeds.append(speed)
        before = fix
    return speeds


def _implied_kmh(before: Fix, fix: Fix) -> float:
    seconds = (fix.fixed_at - before.fixed_at).total_seconds()
    return 3.6 * distance_m(before.lat, before.lon, fix.lat, fix.lon) / seconds if seconds < PAUSE_S else 0.0


def _believable_engine(fixes: Sequence[Fix], speeds: Sequence[float]) -> bool:
    """Some fix says on; or some say off and none drives. A wire that is not connected says off all day long."""
    told = {fix.ignition for fix in fixes}
    return True in told or (False in told and Motion.DRIVING not in _classed(speeds, [None] * len(speeds)))


def _held_engines(fixes: Sequence[Fix], *, believed: bool) -> list[bool | None]:
    engines: list[bool | None] = []
    teller: Fix | None = None
    for fix in fixes:
        if believed and fix.ignition is not None:
            teller = fix
        elif teller is not None and (fix.fixed_at - teller.fixed_at).total_seconds() > IGNITION_HOLDS_S:
            teller = None
        engines.append(teller.ignition if teller is not None else None)
    return engines
