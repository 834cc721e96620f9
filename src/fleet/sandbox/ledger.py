"""What has left the sandbox for certain: pushes that were acknowledged and poll answers that were given.

Each item counts once, at the moment of its first acknowledgement; copies sent by a fault do not count.
"""

from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from datetime import datetime
from typing import Literal

from fleet.sandbox.signals import Kind

Transport = Literal["push", "poll"]
Counts = dict[str, dict[str, int]]


class Ledger:
    """Moments of sending by IMEI, kind and transport: eight bytes an item."""

    def __init__(self) -> None:
        self._sent: dict[tuple[str, Kind, Transport], array[float]] = defaultdict(lambda: array("d"))

    def record(self, imei: str, kind: Kind, transport: Transport, at: datetime) -> None:
        """One item was sent."""
        self._sent[imei, kind, transport].append(at.timestamp())

    def between(self, start: datetime | None, end: datetime | None) -> dict[str, Counts | dict[str, Counts]]:
        """Counts of start <= moment < end.

        `by_imei` is {imei: {kind: {transport: count}}}, `totals` {kind: {transport: count}}.
        """
        by_imei: dict[str, Counts] = {}
        totals: dict[str, Counter[str]] = {}
        for (imei, kind, transport), moments in sorted(self._sent.items()):
            first = bisect_left(moments, start.timestamp()) if start else 0
            count = (bisect_left(moments, end.timestamp()) if end else len(moments)) - first
            if count > 0:
                by_imei.setdefault(imei, {}).setdefault(kind, {})[transport] = count
                totals.setdefault(kind, Counter())[transport] += count
        return {"by_imei": by_imei, "totals": {kind: dict(counts) for kind, counts in totals.items()}}
