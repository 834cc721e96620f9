"""Plans a vehicle that repeats a recorded trace. Pure."""

from fleet.sandbox.motion import Leg, Replay, Standing
from fleet.sandbox.trace import Trace

REST_S = 600.0


class Retrace:
    """There, a rest, back the same way, a rest: in rounds that are counted from the epoch."""

    def __init__(self, trace: Trace) -> None:
        total = trace.seconds[-1]
        self._there = trace
        self._back = Trace(trace.points[::-1], tuple(total - passed for passed in reversed(trace.seconds)))
        self._round_s = 2.0 * round(total + REST_S)
        self._step = 0

    def begin(self, before: float) -> float:
        """The start of the round that `before` falls in."""
        self._step = 0
        return before - before % self._round_s

    def next_leg(self, start: float) -> Leg:
        """Drive or rest, in turn."""
        half, resting = divmod(self._step % 4, 2)
        self._step += 1
        trace = self._back if half else self._there
        if not resting:
            return Replay(start, trace.points, trace.seconds)
        # Rests take up the fraction of a second by which a round is rounded.
        end = start + REST_S if not half else start - start % self._round_s + self._round_s
        return Standing(start, end, trace.points[-1], 0.0, ignition=False)
