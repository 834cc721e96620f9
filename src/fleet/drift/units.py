"""Unit-like jumps: does a window of values lie by a unit's factor beside the windows before it? Pure."""

from collections.abc import Sequence
from typing import Final

VALUES_A_WINDOW: Final = 40
RATIOS_A_WINDOW: Final = 20
WINDOWS_KEPT: Final = 15
WINDOWS_TO_JUDGE: Final = 3

Span = tuple[float, float, float]
"""The 10, 50 and 90 % quantiles of a window."""


def span_of(values: Sequence[float]) -> Span:
    """The quantiles of a window's values."""
    ordered = sorted(values)
    last = len(ordered) - 1
    return ordered[round(last * 0.1)], ordered[round(last * 0.5)], ordered[round(last * 0.9)]


def jump(now: Span, before: Sequence[Span], *, is_ratio: bool) -> str | None:
    """How a window jumped against those before it, in words; None when it did not, or too little is known.

    Figures of the traffic vary, so only a factor of a thousand counts, and only beyond all that was usual.
    A relation between figures hardly varies: there the factor of km/h to m/s is told too.
    """
    if len(before) < WINDOWS_TO_JUDGE:
        return None
    medians = [span[1] for span in before]
    middle = span_of(medians)[1]
    if middle <= 0 or now[1] <= 0:
        return None
    factor = now[1] / middle
    if _is_about(factor, 1000, 2) and now[1] > 10 * max(span[2] for span in before):
        return "×1000"
    if _is_about(factor, 1 / 1000, 2) and now[1] < min(span[0] for span in before) / 10:
        return "÷1000"
    return _ratio_jump(factor, now[1], medians) if is_ratio else None


def _ratio_jump(factor: float, now: float, medians: Sequence[float]) -> str | None:
    if _is_about(factor, 3.6, 4 / 3) and now > 2 * max(medians):
        return "×3.6 (as from m/s to km/h)"
    if _is_about(factor, 1 / 3.6, 4 / 3) and now < min(medians) / 2:
        return "÷3.6 (as from km/h to m/s)"
    return None


def _is_about(factor: float, unit: float, tolerance: float) -> bool:
    return unit / tolerance <= factor <= unit * tolerance
