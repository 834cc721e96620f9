"""One tracker or camera for one watch: when it measures, what it gets wrong, and what reaches the vendor. Pure.

A device has a few recurring duties (measure, beat, lose the signal, find it); `due` says when the next one
is, `perform` does it and gives the signals that reach the gateway by it. Times are Unix seconds.
"""

import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from fleet.sandbox.alertness import Alertness
from fleet.sandbox.equipment import Equipment
from fleet.sandbox.geometry import LatLon, shifted
from fleet.sandbox.journey import Journey
from fleet.sandbox.motion import Motion
from fleet.sandbox.roster import Device
from fleet.sandbox.signals import Alarm, Fix, Heartbeat, Session, Signal, Source

MEMORY_FIXES = 500
GIVEN_UP_AFTER_S = 180.0
PARKED_INTERVAL_S = (180.0, 300.0)
BETWEEN_LOSSES_S = 5400.0
LOSS_S = (45.0, 480.0)
ALTITUDES_M = {"nairobi": 1680, "mombasa": 18, "kampala": 1190}


@dataclass(slots=True)
class Seen:
    """What the vendor knows of a device: the latest of each kind that reached it."""

    fix: Fix | None = None
    heartbeat: Heartbeat | None = None
    online: bool = False


@dataclass(frozen=True, slots=True)
class Habits:
    """What stays the same with a device: how far it errs, how often it reports, when its watches begin."""

    noise_m: float
    interval_s: float
    beat_s: float
    first_watch_s: float

    @classmethod
    def of(cls, rng: Random) -> "Habits":
        """Habits by chance."""
        interval_s = rng.choice((10.0, 15.0, 20.0, 30.0))
        return cls(rng.uniform(1.6, 4.2), interval_s, rng.uniform(60, 180), float(rng.randrange(3600)))


class SimulatedDevice:
    """A device riding on a journey from `start` to `end`; it measures at once, and ends with its signal found."""

    def __init__(
        self,
        device: Device,
        habits: Habits,
        equipment: Sequence[Equipment],
        journey: Journey,
        fence: LatLon,
        start: float,
        end: float,
        seen: Seen,
        rng: Random,
    ) -> None:
        self.device = device
        self.seen = seen
        self.is_over = False
        self._habits = habits
        self._equipment = equipment
        self._journey = journey
        self._alertness = Alertness(fence, rng)
        self._rng = rng
        self._end = end
        self._lost_at: float | None = None
        self._stored: deque[Fix | Alarm] = deque(maxlen=MEMORY_FIXES)
        self._next_fix = start + rng.uniform(0, 2)
        self._next_beat = start + rng.uniform(0, habits.beat_s)
        self._next_link = start + rng.expovariate(1 / BETWEEN_LOSSES_S)

    @property
    def due(self) -> float:
        """When this device next does something."""
        return min(self._next_fix, self._next_beat, self._next_link, self._end)

    def perform(self) -> Iterator[Signal]:
        """Do what is due, and give what reaches the gateway by it."""
        for signal in self._do(self.due):
            yield signal
            for each in self._equipment:
                yield from each.after(signal)

    def _do(self, now: float) -> Iterator[Signal]:
        if now == self._end:
            self.is_over = True
            yield from self._find(now)
        elif now == self._next_link:
            yield from self._change_link(now)
        elif now == self._next_fix:
            yield from self._measure(now)
        else:
            yield from self._beat(now)

    # ---- measuring ---------------------------------------------------------------------------------

    def _measure(self, now: float) -> Iterator[Signal]:
        measured_at = math.floor(now - self._rng.uniform(0, 1.5))
        motion = self._journey.at(measured_at)
        fix = self._fix(motion, measured_at, now)
        self._next_fix = self._after(now, motion)
        if not self.seen.online and self._lost_at is None:
            yield self._sign_in(now)
        found: list[Fix | Alarm] = [fix, *self._alertness.after(fix)]
        if self._lost_at is not None:
            self._stored.extend(found)
            return
        self._seen_fix(fix)
        yield from found

    def _after(self, now: float, motion: Motion) -> float:
        """The next measurement: by interval, but at once when the leg (and with it the ignition) changes."""
        interval = self._habits.interval_s if motion.ignition else self._rng.uniform(*PARKED_INTERVAL_S)
        return min(now + interval, max(self._journey.leg_end(now) + 3.0, now + 4.0))

    def _fix(self, motion: Motion, fixed_at: float, gate_at: float) -> Fix:
        source = Source.LBS if self._rng.random() < (0.004 if motion.ignition else 0.02) else Source.GPS
        noise_m = self._habits.noise_m if source is Source.GPS else 320.0
        lat, lon = shifted((motion.lat, motion.lon), self._rng.gauss(0, noise_m), self._rng.gauss(0, noise_m))
        moving = motion.speed_kmh > 0 and source is Source.GPS
        city = self.device.vehicle.city if self.device.vehicle else ""
        return Fix(
            imei=self.device.imei,
            fixed_at=fixed_at,
            gate_at=gate_at,
            lat=round(lat, 6),
            lon=round(lon, 6),
            speed_kmh=max(motion.speed_kmh + self._rng.gauss(0, 0.8), 0.0) if moving else 0.0,
            heading_deg=motion.heading_deg,
            ignition=motion.ignition,
            satellites=self._rng.randint(7, 14) if source is Source.GPS else 0,
            altitude_m=ALTITUDES_M.get(city, 100) + self._rng.randint(-6, 6),
            odometer_m=motion.travelled_m,
            source=source,
        )

    def _seen_fix(self, fix: Fix) -> None:
        if self.seen.fix is None or fix.fixed_at >= self.seen.fix.fixed_at:
            self.seen.fix = fix

    # ---- radio -------------------------------------------------------------------------------------

    def _beat(self, now: float) -> Iterator[Signal]:
        self._next_beat = now + self._habits.beat_s
        if self._lost_at is not None:
            return
        beat = Heartbeat(
            imei=self.device.imei,
            gate_at=now,
            ignition=self._journey.at(now).ignition,
            battery_pct=self._rng.randint(92, 100),
            gsm_pct=self._rng.randint(45, 100),
            external_power=True,
        )
        self.seen.heartbeat = beat
        yield beat

    def _change_link(self, now: float) -> Iterator[Signal]:
        """Lose the signal; be given up by the gateway after a while; find it again and send what was kept."""
        if self._lost_at is None:
            self._lost_at = now
            self._next_link = now + self._rng.uniform(*LOSS_S)
            self._give_up_at = min(self._lost_at + GIVEN_UP_AFTER_S, self._next_link)
            self._back_at, self._next_link = self._next_link, self._give_up_at
            return
        if now < self._back_at:
            self.seen.online = False
            self._next_link = self._back_at
            yield Session(self.device.imei, now, online=False)
            return
        self._next_link = now + self._rng.expovariate(1 / BETWEEN_LOSSES_S)
        yield from self._find(now)

    def _find(self, now: float) -> Iterator[Signal]:
        """Have the signal again, if it was lost, and send what was kept."""
        if self._lost_at is None:
            return
        self._lost_at = None
        if not self.seen.online:
            yield self._sign_in(now)
        yield from self._send_stored(now)

    def _sign_in(self, now: float) -> Session:
        self.seen.online = True
        return Session(self.device.imei, now, online=True)

    def _send_stored(self, now: float) -> Iterator[Signal]:
        while self._stored:
            kept = self._stored.popleft()
            late = replace(kept, gate_at=now)
            if isinstance(late, Fix):
                late = replace(late, reupload=True)
                self._seen_fix(late)
            yield late
