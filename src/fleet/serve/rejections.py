"""Rejected items: the list for every reader, the bytes beside the error for administrators."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AwareDatetime, BaseModel

from fleet.db import borrowed
from fleet.rejections.reading import LISTED, SHOWN, Place, RawExcerpt, Which, query
from fleet.serve.access import FleetReader, context
from fleet.serve.context import Context
from fleet.serve.drift import LARGEST_ID, FleetAdmin, storable
from fleet.serve.problems import Problem

router = APIRouter(prefix="/api/rejections")

MOST_BYTES = 65_536


class RejectedItem(BaseModel):
    """An item that does not fit its contract."""

    raw_id: int
    item: int
    received_at: datetime
    source: str
    topic: str
    parser_version: int
    reason: str
    detail: str


class Rejections(BaseModel):
    """A page, newest first; `next` is the `after` of the page after it."""

    items: list[RejectedItem]
    next: str | None


class RawRow(BaseModel):
    """A raw row as far as it is shown, and what was rejected in it."""

    raw_id: int
    received_at: datetime
    source: str
    topic: str
    content_type: str
    size: int
    truncated: bool
    body: str
    rejections: list[dict[str, Any]]


def read_place(after: Annotated[str | None, Query(max_length=100)] = None) -> Place:
    """The `after` parameter: what the page before gave as `next`. Errors: Problem 422."""
    if after is None:
        return Place()
    try:
        at, raw_id, item = after.split("_")
        place = Place(datetime.fromisoformat(at), int(raw_id), int(item))
        if place.received_at and place.received_at.tzinfo and 0 <= place.raw_id <= LARGEST_ID and place.item < 2**31:
            return place
    except ValueError:
        pass
    raise Problem(422, "bad_place", "‘after’ is not what a page gave as its next.")


@router.get("")
async def rejections(
    _viewer: FleetReader,
    shared: Annotated[Context, Depends(context)],
    place: Annotated[Place, Depends(read_place)],
    reason: Annotated[list[str] | None, Query()] = None,
    source: Annotated[list[str] | None, Query()] = None,
    topic: Annotated[list[str] | None, Query()] = None,
    since: AwareDatetime | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Rejections:
    """Rejected items, newest first."""
    which = Which(storable(reason), storable(source), storable(topic), since)
    async with borrowed(shared.reader) as db:
        rows = await (await db.execute(LISTED, query(which, place, limit))).fetchall()
    items = [RejectedItem.model_validate(row[0]) for row in rows]
    return Rejections(items=items, next=_next(items[-1]) if len(items) == limit else None)


@router.get("/{raw_id}")
async def raw_row(
    raw_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    viewer: FleetAdmin,
    shared: Annotated[Context, Depends(context)],
    most_bytes: Annotated[int, Query(alias="bytes", ge=1, le=MOST_BYTES)] = 4000,
) -> RawRow:
    """The bytes of a raw row beside what was rejected in it; that you looked is noted."""
    async with borrowed(shared.session) as db:
        row = await (await db.execute(SHOWN, (raw_id, viewer.username, most_bytes))).fetchone()
    if row is None:
        raise Problem(404, "no_such_row", "No raw row has this number, or it is beyond retention.")
    return RawRow.model_validate(RawExcerpt(raw_id, *row).as_document())


def _next(last: RejectedItem) -> str:
    return f"{last.received_at:%Y-%m-%dT%H:%M:%S.%fZ}_{last.raw_id}_{last.item}"
