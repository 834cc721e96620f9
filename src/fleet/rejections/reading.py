"""Rejections and the raw rows they stand in, read over the owner's connection."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fleet.errors import FleetError
from fleet.migrate import SyncConnection

LISTED: Final = """select serve.rejections(%s, %s, %s, %s, coalesce(%s, timestamptz 'infinity'), %s, %s, %s)"""
SHOWN: Final = "select * from auth.read_raw(%s, %s, %s)"


class RawUnknown(FleetError):
    """No raw row has that number."""


@dataclass(frozen=True, slots=True)
class Which:
    """Which rejections; None: all."""

    reasons: list[str] | None = None
    sources: list[str] | None = None
    topics: list[str] | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """After which row of a list the next page begins; the default is before all."""

    received_at: datetime | None = None
    raw_id: int = 0
    item: int = 0


def query(which: Which, place: Place, page_size: int) -> tuple[Any, ...]:
    """The arguments of serve.rejections."""
    return (which.reasons, which.sources, which.topics, which.since, place.received_at, place.raw_id, place.item,
            page_size)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RawExcerpt:
    """The beginning of a raw row, and what was rejected in it. Secrets were masked before it was stored."""

    raw_id: int
    received_at: datetime
    source: str
    topic: str
    content_type: str
    size: int
    head: bytes
    rejections: list[dict[str, Any]]

    def as_document(self) -> dict[str, Any]:
        """As JSON; bytes that are no text are shown as such."""
        return {
            "raw_id": self.raw_id,
            "received_at": self.received_at,
            "source": self.source,
            "topic": self.topic,
            "content_type": self.content_type,
            "size": self.size,
            "truncated": self.size > len(self.head),
            "body": self.head.decode("utf-8", errors="backslashreplace"),
            "rejections": self.rejections,
        }


def list_rejections(owner: SyncConnection, which: Which, page_size: int) -> list[dict[str, Any]]:
    """The newest rejections."""
    rows = owner.execute(LISTED, query(which, Place(), page_size)).fetchall()
    return [row[0] for row in rows]  # type: ignore[misc]


def show_raw(owner: SyncConnection, raw_id: int, who: str, most_bytes: int) -> RawExcerpt:
    """A raw row; that `who` looked is noted in the access log. Errors: RawUnknown."""
    row = owner.execute(SHOWN, (raw_id, who, most_bytes)).fetchone()
    if row is None:
        raise RawUnknown(f"{raw_id}: there is no such raw row, or it is beyond retention.")
    return RawExcerpt(raw_id, *row)  # type: ignore[arg-type]
