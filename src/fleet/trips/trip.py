"""Trips: the stretches between pauses in which the engine ran or the vehicle moved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fleet.trips.fix import Fix
from fleet.trips.geometry import kept_points
from fleet.trips.motion import Motion, Motions
from fleet.trips.odometer import odometer_gain_m
from fleet.trips.pauses import EndReason, Pause, runs
from fleet.trips.rules import PATH_TOLERANCE_M, PAUSE_S
from fleet.trips.steps import DAY_S, Step
from fleet.trips.totals import Totals, totals


class StartReason(StrEnum):
    """Why a trip began: at the first fix of the day the engine was on or the vehicle moved already; later the
    engine came on, or it moved without; or the first fix after a silence found it so."""

    ALREADY_ON = "already_on"
    IGNITION_ON = "ignition_on"
    MOVING = "moving"
    SIGNAL_BACK = "signal_back"


@dataclass(frozen=True, slots=True)
class Stand:
    """Standing within a trip: idling for PAUSE_S or longer, or stopped for less."""

    started_at: datetime
    ended_at: datetime
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Trip:
    """One trip. It starts with a fix and ends with one; `totals.fixes` counts them and those between."""

    first: Fix
    last: Fix
    imeis: tuple[str, ...]
    start_reason: StartReason
    end_reason: EndReason
    pause_s: int | None
    """How long the stand or silence that ended it lasted, as far as the day tells; None at the end of the day."""
    continues_before: bool
    continues_after: bool
    totals: Totals
    odometer_gain_m: float | None
    idles: tuple[Stand, ...]
    stops: tuple[Stand, ...]
    path: tuple[tuple[float, float], ...]
    """Longitude and latitude."""
    path_s: tuple[int, ...]
    """Seconds since the start at which the points of the path were passed."""


def trips_of(fixes: Sequence[Fix], motions: Motions, steps: Sequence[Step], pauses: Sequence[Pause]) -> Iterator[Trip]:
    """The trips of a day in order."""
    begins: Pause | None = None
    for ends in (*pauses, None):
        first = begins.last if begins else 0
        last = ends.first if ends else len(steps)
        start = next((place for place in range(first, last) if steps[place].motion is not Motion.STOPPED), None)
        if start is not None:
            yield _trip(fixes, motions, steps, start, last, begins, ends)
        begins = ends


def _trip(
    fixes: Sequence[Fix],
    motions: Motions,
    steps: Sequence[Step],
    first: int,
    last: int,
    begins: Pause | None,
    ends: Pause | None,
) -> Trip:
    """The trip from fix `first` to fix `last`, with the pauses before and after."""
    own, own_fixes = steps[first:last], fixes[first : last + 1]
    path = _path(own_fixes, own)
    started = own[0].from_s
    return Trip(
        own_fixes[0],
        own_fixes[-1],
        tuple(sorted({fix.imei for fix in own_fixes})),
        _start_reason(motions, first, begins),
        ends.reason if ends else EndReason.DAY_END,
        ends.seconds if ends else None,
        first == 0 and started < PAUSE_S,
        ends is None and DAY_S - own[-1].to_s <= PAUSE_S,
        totals(own, own_fixes),
        odometer_gain_m(own_fixes),
        tuple(
            _stand(fixes, run.first, run.last)
            for run in runs(own, Motion.IDLING.__eq__, first)
            if run.seconds >= PAUSE_S
        ),
        tuple(_stand(fixes, run.first, run.last) for run in runs(own, Motion.STOPPED.__eq__, first)),
        tuple((own_fixes[place].lon, own_fixes[place].lat) for place in path),
        tuple((own[place].from_s if place < len(own) else own[-1].to_s) - started for place in path),
    )


def _start_reason(motions: Motions, first: int, begins: Pause | None) -> StartReason:
    if begins and begins.last == first and begins.reason is not EndReason.WORK_STOP:
        return StartReason.SIGNAL_BACK
    if first == 0:
        return StartReason.ALREADY_ON if motions.engines[0] else StartReason.MOVING
    came_on = motions.engines[first] and not motions.engines[first - 1]
    return StartReason.IGNITION_ON if came_on else StartReason.MOVING


def _stand(fixes: Sequence[Fix], first: int, last: int) -> Stand:
    return Stand(fixes[first].fixed_at, fixes[last].fixed_at, fixes[first].lat, fixes[first].lon)


def _path(fixes: Sequence[Fix], steps: Sequence[Step]) -> list[int]:
    """Which fixes draw the trip: first, last, and those that a drive came from or led to, as few as will do."""
    ends = len(fixes) - 1
    drawn = [
        place
        for place in range(len(fixes))
        if place in {0, ends} or Motion.DRIVING in {steps[place - 1].motion, steps[place].motion}
    ]
    kept = kept_points([(fixes[place].lat, fixes[place].lon) for place in drawn], PATH_TOLERANCE_M)
    return [drawn[place] for place in kept]
