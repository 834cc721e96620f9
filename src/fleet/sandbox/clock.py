"""The simulated clock: never ahead of the real one, and equal to it once it has caught up."""

from collections.abc import Callable
from datetime import datetime, timedelta

Now = Callable[[], datetime]

CATCH_UP = timedelta(minutes=10)
LONGEST_LOOK_BACK = timedelta(hours=24)


class SimulatedClock:
    """Runs `speed` times as fast as `real_now` from `start` on until it meets the present."""

    def __init__(self, real_now: Now, speed: float = 1.0, start: datetime | None = None) -> None:
        self._real_now = real_now
        self._speed = speed
        self._began = real_now()
        self.start = min(start or self._began - _look_back(speed), self._began)

    def now(self) -> datetime:
        """The simulated present."""
        real = self._real_now()
        return min(self.start + (real - self._began) * self._speed, real)


def _look_back(speed: float) -> timedelta:
    """How far back to start so that a fast clock has ten minutes' run before it meets the present."""
    return min(CATCH_UP * max(speed - 1, 0), LONGEST_LOOK_BACK)
