"""What a local run says to the person at the terminal: a line a step, with its seconds."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Console:
    """Lines on standard output; on a terminal a step shows while it works."""

    def __init__(self) -> None:
        self._started_at = time.monotonic()

    def say(self, text: str) -> None:
        """One line. A terminal that went away is no reason to stop."""
        self._write(f"{text}\n")

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Say what is being done, and how long it took when it is done."""
        started = time.monotonic()
        on_terminal = sys.stdout.isatty()
        if on_terminal:
            self._write(f"  {'…':>6}  {what}\r")
        try:
            yield
        except BaseException:
            self._write("\n" if on_terminal else "")
            raise
        self.say(f"  {time.monotonic() - started:5.1f} s  {what}")

    @property
    def elapsed_s(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._started_at

    def _write(self, text: str) -> None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError:
            return


def complain(text: str) -> None:
    """An error, on standard error."""
    print(f"fleet: {text}", file=sys.stderr)
