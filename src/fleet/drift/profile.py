"""The running profile of a topic and of each of its fields: presence, types, range, cadence. Pure."""

import dataclasses
import math
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from fleet.drift.units import Span

LEARNING_ITEMS: Final = 200
LEARNING_TIME: Final = timedelta(days=1)
LEAST_ITEMS: Final = 20
CADENCE_WEIGHT: Final = 0.05


@dataclass(slots=True)
class TopicProfile:
    """What was looked at of a topic."""

    source: str
    topic: str
    first_seen_at: datetime
    last_seen_at: datetime
    items: int = 0
    bodies: int = 0
    gap_s: float | None = None

    @property
    def learned(self) -> bool:
        """Is enough known of it to call something unusual?"""
        aged = self.last_seen_at - self.first_seen_at >= LEARNING_TIME
        return self.items >= (LEAST_ITEMS if aged else LEARNING_ITEMS)

    def saw_body(self, at: datetime) -> None:
        """One more body."""
        gap_s = max(0.0, (at - self.last_seen_at).total_seconds())
        if self.bodies:
            known = gap_s if self.gap_s is None else self.gap_s
            self.gap_s = known + CADENCE_WEIGHT * (gap_s - known)
        self.bodies += 1
        self.last_seen_at = max(self.last_seen_at, at)

    def as_row(self) -> dict[str, Any]:
        """The row of drift.topics."""
        return asdict(self)


@dataclass(slots=True)
class FieldProfile:
    """What is usual of a field. `since_item`, `last_item`, `last_body` count the topic's items and bodies."""

    source: str
    topic: str
    field: str
    since_item: int
    last_item: int
    last_body: int
    first_seen_at: datetime
    last_seen_at: datetime
    present: int = 0
    types: dict[str, int] = dataclasses.field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    spans: list[Span] = dataclasses.field(default_factory=list)
    sample: list[float] = dataclasses.field(default_factory=list)

    @property
    def share(self) -> float:
        """Share of items that had it, up to the last that did."""
        return self.present / max(1, self.last_item - self.since_item + 1)

    def saw(self, topic: TopicProfile) -> None:
        """The topic's latest item has it."""
        self.present += 1
        self.last_item, self.last_body = topic.items, topic.bodies
        self.last_seen_at = topic.last_seen_at

    def saw_number(self, number: float) -> None:
        """A number that it held."""
        self.low = number if self.low is None else min(self.low, number)
        self.high = number if self.high is None else max(self.high, number)
        if number != 0 and math.isfinite(number):
            self.sample.append(abs(number))

    def as_row(self) -> dict[str, Any]:
        """The row of drift.fields."""
        return asdict(self)


Fields = dict[str, FieldProfile]


@dataclass(slots=True)
class Profiles:
    """All that is known of the upstream."""

    topics: dict[tuple[str, str], TopicProfile] = dataclasses.field(default_factory=dict)
    fields: dict[tuple[str, str], Fields] = dataclasses.field(default_factory=dict)
