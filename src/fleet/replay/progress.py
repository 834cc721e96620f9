"""How far a long work is, for who waits before the screen."""

import sys
import time
from typing import TextIO

EVERY_S = 1.0


class Progress:
    """Tells on stderr how much is done and when the rest will be, once a second at most."""

    def __init__(self, what: str, unit: str = "facts", stream: TextIO | None = None) -> None:
        self._what = what
        self._unit = unit
        self._stream = stream or sys.stderr
        self._started_s = self._told_s = time.monotonic()
        self._began_at: int | None = None

    def tell(self, done: int, total: int) -> None:
        """So many of so many; what was done before the first call took none of our time."""
        now_s = time.monotonic()
        if self._began_at is None:
            self._began_at = done
        elif now_s >= self._told_s + EVERY_S:
            self._told_s = now_s
            self._write(done, total, now_s - self._started_s)

    def note(self, sentence: str) -> None:
        """Something that is worth a line."""
        print(f"{self._what}: {sentence}", file=self._stream, flush=True)

    def _write(self, done: int, total: int, elapsed_s: float) -> None:
        rate = (done - (self._began_at or 0)) / elapsed_s
        left = f", {_span((total - done) / rate)} left" if rate > 0 else ""
        share = done / total if total else 1
        self.note(f"{done:,} of {total:,} {self._unit} ({share:.0%}), {rate:,.0f}/s{left}")


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
