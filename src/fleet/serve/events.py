"""What was received of a device around an instant, and what came of it: bytes, facts, rejections, rows of state."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel

from fleet.db import borrowed
from fleet.lineage.body import excerpt
from fleet.lineage.search import (
    BESIDE,
    BYTES,
    FOUND,
    MOST_WITHIN,
    WHOLE_BODY,
    Search,
    following,
    nothing_found,
    read_place,
)
from fleet.serve.access import context
from fleet.serve.admin_models import IMEI
from fleet.serve.context import Context
from fleet.serve.drift import FleetAdmin
from fleet.serve.problems import Problem

router = APIRouter(prefix="/api/events")

MOST_BYTES = 65_536


class StateRow(BaseModel):
    """A row that a fact bears on. `won`: it is made of that fact; else `raw_id` holds (null: no row is there)."""

    table: str
    key: dict[str, Any]
    won: bool
    raw_id: int | None
    received_at: datetime | None


class FactOfEvent(BaseModel):
    """What a version of the parser made of an item. `active`: it counts."""

    item: int
    kind: str
    parser_version: int
    active: bool
    occurred_at: datetime
    data: dict[str, Any]
    rows: list[StateRow]


class Event(BaseModel):
    """A raw row; `is_kept`: its bytes are still in the log.

    `body` is a stretch of it around the device's IMEI; `body_base64` is there when that is no text.
    """

    raw_id: int
    received_at: datetime
    source: str | None
    topic: str | None
    is_kept: bool
    size: int
    offset: int
    truncated: bool
    body: str
    body_base64: str | None = None
    facts: list[FactOfEvent]
    other_facts: int
    rejections: list[dict[str, Any]]


class Searched(BaseModel):
    """What was looked for."""

    imei: str
    at: datetime
    within_s: float


class Events(BaseModel):
    """A page, oldest first; `next` is the `after` of the one after it. `message` and `nearest`: nothing was found."""

    searched: Searched
    items: list[Event]
    next: str | None
    nearest: dict[str, Any] | None
    message: str | None


def read_after(after: Annotated[str | None, Query(max_length=100)] = None) -> tuple[datetime | None, int]:
    """The `after` parameter: what the page before gave as `next`. Errors: Problem 422."""
    try:
        return read_place(after) if after is not None else (None, 0)
    except ValueError:
        raise Problem(422, "bad_place", "‘after’ is not what a page gave as its next.") from None


def read_search(
    imei: Annotated[str, Query(pattern=IMEI)],
    at: AwareDatetime,
    within: Annotated[
        int, Query(ge=0, le=int(MOST_WITHIN.total_seconds()), description="Seconds on either side")
    ] = 300,
) -> Search:
    """The device, the instant and the seconds around it. Errors: Problem 422."""
    search = Search(imei, at, timedelta(seconds=within))
    try:
        _ = search.since, search.until
    except OverflowError:
        raise Problem(422, "beyond_the_calendar", "‘at’ is too near the end of the calendar.") from None
    return search


@router.get("")
async def events(
    viewer: FleetAdmin,
    shared: Annotated[Context, Depends(context)],
    search: Annotated[Search, Depends(read_search)],
    place: Annotated[tuple[datetime | None, int], Depends(read_after)],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    most_bytes: Annotated[int, Query(alias="bytes", ge=1, le=MOST_BYTES)] = 4000,
) -> Events:
    """Raw rows in which a device said something around an instant, by its clock or ours; that you looked is noted."""
    async with borrowed(shared.reader) as db:
        rows = [row[0] for row in await (await db.execute(FOUND, search.page(*place, limit))).fetchall()]
        nearest = None
        if not rows and place[0] is None:
            told = await (await db.execute(BESIDE, search.gap)).fetchone()
            nearest = told[0] if told else None
    bodies = await _bodies(shared, [row["raw_id"] for row in rows if row["is_kept"]], viewer.username)
    imei = search.imei.encode()
    items = [
        Event.model_validate({**row, **excerpt(bodies.get(row["raw_id"], b""), imei, most_bytes).as_document()})
        for row in rows
    ]
    return Events(
        searched=Searched.model_validate(search.as_document()),
        items=items,
        next=following(rows[-1]) if len(rows) == limit else None,
        nearest=nearest,
        message=nothing_found(search, nearest) if nearest is not None else None,
    )


async def _bodies(shared: Context, raw_ids: list[int], who: str) -> dict[int, bytes]:
    """The bytes of raw rows, each noted as looked at."""
    bodies = {}
    async with borrowed(shared.session) as db:
        for raw_id in raw_ids:
            row = await (await db.execute(BYTES, (raw_id, who, WHOLE_BODY))).fetchone()
            bodies[raw_id] = bytes(row[5]) if row else b""
    return bodies
