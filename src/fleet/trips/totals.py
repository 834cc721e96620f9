"""What steps add up to, by whatever they are grouped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fleet.trips.fix import Fix
from fleet.trips.motion import Motion
from fleet.trips.rules import IMPOSSIBLE_KMH
from fleet.trips.steps import Step

HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Totals:
    """Of a trip, an hour or a day. The seconds of the four classes are the whole time, none twice and none left out."""

    distance_m: int
    driving_s: int
    idling_s: int
    stopped_s: int
    unknown_s: int
    max_speed_kmh: float | None
    fixes: int


def totals(steps: Iterable[Step], fixes: Sequence[Fix]) -> Totals:
    """The sum of steps, and what their fixes tell."""
    seconds = dict.fromkeys(Motion, 0)
    metres = 0
    for step in steps:
        seconds[step.motion] += step.seconds
        metres += step.metres
    return Totals(
        metres,
        seconds[Motion.DRIVING],
        seconds[Motion.IDLING],
        seconds[Motion.STOPPED],
        seconds[Motion.UNKNOWN],
        max_speed_kmh(fixes),
        len(fixes),
    )


def by_hour(steps: Iterable[Step], fixes: Sequence[Fix], begins: float) -> list[Totals]:
    """The hours of a day that begins at a Unix second; steps of a whole day."""
    parts: list[list[Step]] = [[] for _ in range(24)]
    for step in steps:
        for part in _cut_at_hours(step):
            parts[part.from_s // HOUR_S].append(part)
    of_hour: list[list[Fix]] = [[] for _ in range(24)]
    for fix in fixes:
        of_hour[int(fix.fixed_at.timestamp() - begins) // HOUR_S].append(fix)
    return [totals(hour, hour_fixes) for hour, hour_fixes in zip(parts, of_hour, strict=True)]


def max_speed_kmh(fixes: Iterable[Fix]) -> float | None:
    """The fastest that a fix told, among what a vehicle can do."""
    told = (fix.speed_kmh for fix in fixes if fix.speed_kmh is not None and fix.speed_kmh <= IMPOSSIBLE_KMH)
    return max(told, default=None)


def _cut_at_hours(step: Step) -> Iterable[Step]:
    """A step in parts that each lie within an hour; its metres are spread evenly over its seconds."""
    while step.to_s > (cut := (step.from_s // HOUR_S + 1) * HOUR_S):
        at_m = step.from_m + (step.to_m - step.from_m) * (cut - step.from_s) / step.seconds
        yield step._replace(to_s=cut, to_m=at_m)
        step = step._replace(from_s=cut, from_m=at_m)
    yield step
