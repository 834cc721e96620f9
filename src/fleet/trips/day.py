"""The fold: a vehicle's good fixes of one EAT day to its trips, stops, figures by hour and day, and what to doubt.

A day has 86,400 seconds whether it is over or not: what no fix covers is unknown, before the first fix, in silences,
and after the last. So nothing needs to happen at midnight, and no day depends on another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fleet.trips.fix import Fix, in_device_time
from fleet.trips.motion import Motions, motions_of
from fleet.trips.odometer import odometer_jumps
from fleet.trips.pauses import EndReason, Pause, pauses_of
from fleet.trips.rules import PAUSE_S
from fleet.trips.steps import DAY_S, Step, midnight, steps_between, whole_day, within
from fleet.trips.suspects import without_suspects
from fleet.trips.totals import Totals, by_hour, totals
from fleet.trips.trip import Trip, trips_of


@dataclass(frozen=True, slots=True)
class Stop:
    """Between trips: parked, or unheard of."""

    started_at: datetime
    ended_at: datetime
    reason: EndReason
    lat: float
    lon: float
    continues_before: bool
    continues_after: bool


@dataclass(frozen=True, slots=True)
class VehicleDay:
    """What a vehicle's day came to."""

    day: date
    imeis: tuple[str, ...]
    first_fixed_at: datetime
    last_fixed_at: datetime
    reporting_at: datetime | None
    """First fix with the engine on; where that is not told, the first that drives."""
    has_acc_data: bool
    flags: tuple[str, ...]
    suspects: tuple[Fix, ...]
    totals: Totals
    trips: tuple[Trip, ...]
    stops: tuple[Stop, ...]
    hours: tuple[tuple[datetime, Totals], ...]


def fold_day(fixes: Iterable[Fix], day: date) -> VehicleDay | None:
    """The day that good fixes come to, in whatever order they are given; None when there is none of that day."""
    believed, suspects = without_suspects(within(in_device_time(fixes), day))
    if not believed:
        return None
    motions = motions_of(believed)
    steps = steps_between(believed, motions.motions, day)
    covered = whole_day(believed, steps, day)
    pauses = pauses_of(steps)
    begins = midnight(day)
    return VehicleDay(
        day,
        tuple(sorted({fix.imei for fix in believed})),
        believed[0].fixed_at,
        believed[-1].fixed_at,
        _reporting_at(believed, motions),
        motions.has_acc_data,
        tuple(_flags(believed, suspects, motions)),
        tuple(suspects),
        totals(covered, believed),
        tuple(trips_of(believed, motions, steps, pauses)),
        tuple(_stop(believed, steps, pause) for pause in pauses),
        tuple(
            (begins + timedelta(hours=hour), part)
            for hour, part in enumerate(by_hour(covered, believed, begins.timestamp()))
        ),
    )


def _reporting_at(fixes: Sequence[Fix], motions: Motions) -> datetime | None:
    if motions.has_acc_data:
        return next((fix.fixed_at for fix in fixes if fix.ignition), None)
    return next((fix.fixed_at for fix, motion in zip(fixes, motions.motions, strict=True) if motion == "driving"), None)


def _stop(fixes: Sequence[Fix], steps: Sequence[Step], pause: Pause) -> Stop:
    fix = fixes[pause.first]
    begins_s, ends_s = steps[pause.first].from_s, steps[pause.last - 1].to_s
    return Stop(
        fix.fixed_at,
        fixes[pause.last].fixed_at,
        pause.reason,
        fix.lat,
        fix.lon,
        pause.first == 0 and begins_s < PAUSE_S,
        pause.last == len(steps) and DAY_S - ends_s <= PAUSE_S,
    )


def _flags(fixes: Sequence[Fix], suspects: Sequence[Fix], motions: Motions) -> Iterable[str]:
    """What a reader should know before trusting the day's figures."""
    if not motions.has_acc_data:
        yield "no_acc_data"
    if motions.drifted:
        yield "drift"
    if odometer_jumps(fixes):
        yield "odometer_jump"
    if len({fix.imei for fix in fixes}) > 1:
        yield "several_devices"
    if not all(fix.by_tracker for fix in fixes):
        yield "not_by_tracker"
    if suspects:
        yield "suspect_fixes"
