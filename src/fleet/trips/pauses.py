"""Where a day is cut into trips: stands and silences of PAUSE_S and more."""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from fleet.trips.motion import Motion
from fleet.trips.rules import LONG_GAP_S, PAUSE_S
from fleet.trips.steps import Step


class EndReason(StrEnum):
    """Why a trip ended. A silence of more than LONG_GAP_S is a long gap, a shorter one a stop without fixes."""

    WORK_STOP = "work_stop"
    NOFIX_STOP = "nofix_stop"
    LONG_GAP = "long_gap"
    DAY_END = "day_end"


class Run(NamedTuple):
    """Steps in a row: those from fix `first` to fix `last`, by their places."""

    first: int
    last: int
    seconds: int


class Pause(NamedTuple):
    """Between trips: from fix `first` to fix `last`."""

    first: int
    last: int
    seconds: int
    reason: EndReason


def pauses_of(steps: Sequence[Step]) -> list[Pause]:
    """The pauses of a day in order: engine off and standing for PAUSE_S, or unheard of."""
    stands = (Pause(*run, EndReason.WORK_STOP) for run in runs(steps, Motion.STOPPED.__eq__) if run.seconds >= PAUSE_S)
    silences = (
        Pause(place, place + 1, step.seconds, _silence(step.seconds))
        for place, step in enumerate(steps)
        if step.motion is Motion.UNKNOWN
    )
    return sorted((*stands, *silences))


def runs(steps: Sequence[Step], wanted: Callable[[Motion], bool], first: int = 0) -> Iterator[Run]:
    """Runs of steps of wanted motions, as long as can be; the first step begins at fix `first`."""
    begun: int | None = None
    for place, step in enumerate(steps, first):
        if wanted(step.motion):
            begun = place if begun is None else begun
        elif begun is not None:
            yield _run(steps, first, begun, place)
            begun = None
    if begun is not None:
        yield _run(steps, first, begun, first + len(steps))


def _run(steps: Sequence[Step], offset: int, first: int, last: int) -> Run:
    return Run(first, last, steps[last - 1 - offset].to_s - steps[first - offset].from_s)


def _silence(seconds: int) -> EndReason:
    return EndReason.LONG_GAP if seconds > LONG_GAP_S else EndReason.NOFIX_STOP
