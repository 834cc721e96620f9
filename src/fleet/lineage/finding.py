"""Raw rows of a device with their bytes, read over the owner's connection."""

from typing import Any

from fleet.lineage.body import Excerpt, excerpt
from fleet.lineage.search import BESIDE, BYTES, FOUND, WHOLE_BODY, Search, following
from fleet.migrate import SyncConnection

Event = tuple[dict[str, Any], Excerpt]


def find(owner: SyncConnection, search: Search, who: str, most: int, most_bytes: int) -> tuple[list[Event], str | None]:
    """The first `most` raw rows with an excerpt of each, and where the next begin. That `who` looked is noted."""
    page = owner.execute(FOUND, search.page(None, 0, most)).fetchall()
    rows: list[dict[str, Any]] = [row[0] for row in page]  # type: ignore[misc]
    events = [(row, _excerpt(owner, row, who, search.imei.encode(), most_bytes)) for row in rows]
    return events, following(rows[-1]) if len(rows) == most else None


def beside(owner: SyncConnection, search: Search) -> dict[str, Any]:
    """The device's facts next before and after what was searched."""
    row = owner.execute(BESIDE, search.gap).fetchone()
    assert row is not None
    told: dict[str, Any] = row[0]  # type: ignore[assignment]
    return told


def _excerpt(owner: SyncConnection, row: dict[str, Any], who: str, about: bytes, most_bytes: int) -> Excerpt:
    if not row["is_kept"]:
        return excerpt(b"", about, most_bytes)
    read = owner.execute(BYTES, (row["raw_id"], who, WHOLE_BODY)).fetchone()
    body: bytes = read[5] if read else b""  # type: ignore[assignment]
    return excerpt(body, about, most_bytes)
