"""A device's life in watches of an hour, each with chances of its own, so that any of them can be lived again. Pure.

What a device says thus hangs on the seed and the time alone: after a restart, or asked about yesterday, the
sandbox tells the same as it told when it happened.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import TypeVar

from fleet.sandbox.device import Habits, Seen, SimulatedDevice
from fleet.sandbox.equipment import equipment_of
from fleet.sandbox.geometry import LatLon
from fleet.sandbox.journey import Journey
from fleet.sandbox.roster import Device
from fleet.sandbox.signals import Alarm, Fix, Reading, Report, Signal, Trouble
from fleet.sandbox.timetable import Timetable

Told = TypeVar("Told", Reading, Trouble, Report)

WATCH_S = 3600.0
# Devices measure a little before they report, so journeys must know a little of the past.
SINCE_S = 10.0
WATCHES_REMEMBERED = 300
# Alarms are few; of them much more is kept.
ALARM_WATCHES_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Life:
    """All that decides what one device says and when."""

    device: Device
    habits: Habits
    timetable: Timetable
    fence: LatLon
    seed: int

    def watch_at(self, time: float) -> int:
        """The number of the watch that `time` falls in."""
        return int((time - self.habits.first_watch_s) // WATCH_S)

    def start_of(self, watch: int) -> float:
        """When a watch begins."""
        return watch * WATCH_S + self.habits.first_watch_s

    def keep(self, watch: int, journey: Journey, seen: Seen) -> SimulatedDevice:
        """The device at the beginning of a watch; it adds to `seen` what it tells."""
        start = self.start_of(watch)
        chances = f"{self.seed} {self.device.imei} {watch}"
        equipment = equipment_of(self.device, self.timetable, chances)
        rng = Random(f"watch {chances}")  # noqa: S311
        end = start + WATCH_S
        return SimulatedDevice(self.device, self.habits, equipment, journey, self.fence, start, end, seen, rng)


class Past:
    """What devices said in times gone by, lived again when somebody asks."""

    def __init__(self) -> None:
        self._relive = lru_cache(maxsize=WATCHES_REMEMBERED)(_relive)
        self._alarms = lru_cache(maxsize=ALARM_WATCHES_REMEMBERED)(self._relive_alarms)

    def fixes(self, life: Life, start: float, end: float, known_at: float) -> list[Fix]:
        """Fixes of start <= fixed_at < end that had reached the gateway at `known_at`; in order of fixed_at."""
        found = [
            signal
            for watch in range(life.watch_at(start), life.watch_at(end) + 2)
            if life.start_of(watch) <= known_at
            for signal in self._relive(life, watch)
            if isinstance(signal, Fix) and start <= signal.fixed_at < end and signal.gate_at <= known_at
        ]
        return sorted(found, key=lambda fix: fix.fixed_at)

    def told(self, life: Life, kind: type[Told], start: float, end: float, known_at: float) -> list[Told]:
        """Signals of a kind with start <= gate_at < end that had reached the gateway at `known_at`; in order."""
        return [
            signal
            for watch in range(life.watch_at(start - 1.0), life.watch_at(end) + 1)
            if life.start_of(watch) <= known_at
            for signal in self._relive(life, watch)
            if isinstance(signal, kind) and start <= signal.gate_at < end and signal.gate_at <= known_at
        ]

    def newest_first(self, life: Life, start: float, end: float, known_at: float) -> Iterator[Alarm]:
        """Alarms with start <= gate_at < end that had reached the gateway at `known_at`."""
        for watch in range(life.watch_at(end) + 1, life.watch_at(start - 1.0) - 1, -1):
            if life.start_of(watch) <= known_at:
                yield from (
                    alarm
                    for alarm in self._alarms(life, watch)
                    if start <= alarm.gate_at < end and alarm.gate_at <= known_at
                )

    def _relive_alarms(self, life: Life, watch: int) -> tuple[Alarm, ...]:
        """Newest first."""
        return tuple(signal for signal in reversed(self._relive(life, watch)) if isinstance(signal, Alarm))


def _relive(life: Life, watch: int) -> tuple[Signal, ...]:
    journey = life.timetable.journey(life.start_of(watch) - SINCE_S)
    device = life.keep(watch, journey, Seen())
    signals: list[Signal] = []
    while not device.is_over:
        signals += device.perform()
    return tuple(signals)
