"""What a device gives the alarm about: ignition, speed, its depot's fence, and rarely worse. Pure."""

from collections.abc import Iterator
from random import Random

from fleet.sandbox.geometry import LatLon, distance_m
from fleet.sandbox.signals import Alarm, AlarmCode, Fix, Source

SPEEDING_KMH = 80.0
FENCE_RADIUS_M = 900.0


class Alertness:
    """Compares each fix with the one before."""

    def __init__(self, fence: LatLon, rng: Random) -> None:
        self._fence = fence
        self._rng = rng
        self._last: Fix | None = None
        self._sped = False

    def after(self, fix: Fix) -> list[Alarm]:
        """The alarms that a fix is reason for."""
        alarms = [Alarm(code, fix, fix.gate_at, value) for code, value in self._reasons(fix)]
        self._last = fix
        return alarms

    def _reasons(self, fix: Fix) -> Iterator[tuple[AlarmCode, int | None]]:
        before = self._last
        if before is None:
            return
        if fix.ignition != before.ignition:
            yield (AlarmCode.IGNITION_ON if fix.ignition else AlarmCode.IGNITION_OFF), None
        speeding = fix.speed_kmh > SPEEDING_KMH
        if speeding and not self._sped:
            yield AlarmCode.OVERSPEED, round(fix.speed_kmh)
        self._sped = speeding
        if fix.source is before.source is Source.GPS and self._is_inside(fix) != self._is_inside(before):
            yield (AlarmCode.FENCE_IN if self._is_inside(fix) else AlarmCode.FENCE_OUT), None
        chance = self._rng.random()
        if chance < 0.00001:
            yield AlarmCode.SOS, None
        elif chance < 0.00005:
            yield AlarmCode.POWER_CUT, None

    def _is_inside(self, fix: Fix) -> bool:
        return distance_m((fix.lat, fix.lon), self._fence) < FENCE_RADIUS_M
