"""Frozen values that the stages share. Imports nothing of ours."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Raw:
    """One row of `events.raw`: a push body or a poll answer, verbatim."""

    id: int
    received_at: datetime
    source: str
    topic: str
    content_type: str
    body: bytes
    request_meta: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fact:
    """A typed statement that an item of a raw row makes. `data` carries units in its names, no nulls."""

    item: int
    kind: str
    imei: str | None
    occurred_at: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rejection:
    """An item that does not fit its contract, and why (`reason` is a code of docs/interfaces.md)."""

    item: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one raw row came to."""

    facts: list[Fact]
    rejections: list[Rejection]
