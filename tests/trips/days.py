"""Small days, written by hand: where a vehicle was at which minute, how fast, and with the engine on or off."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from fleet.clock import EAT
from fleet.trips import Fix

DAY = date(2026, 11, 20)
TRACKER, CAMERA = "869999050001018", "869999050001026"
DEPOT = (-1.237, 36.727)
M = 1 / 111_195.08
"""One metre to the north, in degrees."""


def at(clock: str, day: date = DAY) -> datetime:
    """An EAT time of the day, `HH:MM` or `HH:MM:SS`, in UTC."""
    return datetime.combine(day, time.fromisoformat(clock), EAT).astimezone(UTC)


class Van:
    """A van that writes down its fixes: each method goes on where the last one ended."""

    def __init__(self, clock: str, *, ignition: bool | None = False, imei: str = TRACKER, day: date = DAY) -> None:
        self.now = at(clock, day)
        self.metres = 0.0
        self.ignition = ignition
        self.imei = imei
        self.fixes: list[Fix] = []

    def _fix(self, speed_kmh: float, every_s: int, told: dict[str, float | None]) -> None:
        lat = DEPOT[0] + self.metres * M
        self.fixes.append(Fix(self.now, lat, DEPOT[1], speed_kmh, self.ignition, imei=self.imei)._replace(**told))
        self.now += timedelta(seconds=every_s)
        self.metres += speed_kmh / 3.6 * every_s

    def drive(self, minutes: float, speed_kmh: float = 36.0, every_s: int = 30, **told: float | None) -> "Van":
        """North at a steady speed, the engine on if there is a wire to tell it."""
        self.ignition = None if self.ignition is None else True
        return self._go(minutes, speed_kmh, every_s, told)

    def idle(self, minutes: float, every_s: int = 30) -> "Van":
        """Standing, the engine on."""
        self.ignition = None if self.ignition is None else True
        return self._go(minutes, 0.0, every_s, {})

    def park(self, minutes: float, every_s: int = 60) -> "Van":
        """Standing, the engine off."""
        self.ignition = None if self.ignition is None else False
        return self._go(minutes, 0.0, every_s, {})

    def silence(self, minutes: float, metres: float = 0.0) -> "Van":
        """No fix, and so far on after it."""
        self.now += timedelta(minutes=minutes)
        self.metres += metres
        return self

    def _go(self, minutes: float, speed_kmh: float, every_s: int, told: dict[str, float | None]) -> "Van":
        for _ in range(round(minutes * 60 / every_s)):
            self._fix(speed_kmh, every_s, told)
        return self

    def end(self) -> list[Fix]:
        """One last fix, and all of them."""
        self._fix(0.0, 60, {})
        return self.fixes


def clocks(*instants: datetime) -> Iterator[str]:
    """EAT times as `HH:MM:SS`."""
    return (f"{instant.astimezone(EAT):%H:%M:%S}" for instant in instants)
