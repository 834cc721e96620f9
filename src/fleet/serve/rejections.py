"""Rejected items: the list for every reader; the bytes beside the error, and parsing again, for administrators."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, LiteralString

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict

from fleet.db import borrowed
from fleet.rejections.reading import LISTED, SHOWN, Place, RawExcerpt, Which, query
from fleet.serve.access import FleetReader, context
from fleet.serve.context import Context
from fleet.serve.drift import LARGEST_ID, FleetAdmin, storable
from fleet.serve.problems import Problem

router = APIRouter(prefix="/api/rejections")

MOST_BYTES = 65_536
REPARSED_WITHIN_S = 10.0
LOOK_EVERY_S = 0.05
REFUSALS = {
    "no_such_row": Problem(404, "no_such_row", "No raw row has this number, or it is beyond retention."),
    "still_waiting": Problem(409, "still_waiting", "The row was not parsed even once yet: try again in a moment."),
}


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


class Reparse(BaseModel):
    """Without `apply` nothing is written."""

    model_config = ConfigDict(extra="forbid")

    apply: bool = False


class Reparsed(BaseModel):
    """What the worker's parser makes of a raw row; `missing` are the facts that the log did not hold, `added` how
    many of them were written."""

    raw_id: int
    source: str
    topic: str
    parser_version: int
    facts: int
    missing: list[dict[str, Any]]
    rejections: list[dict[str, Any]]
    added: int
    problem: str | None = None


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
        raise REFUSALS["no_such_row"]
    return RawRow.model_validate(RawExcerpt(raw_id, *row).as_document())


@router.post("/{raw_id}/reparse")
async def reparse(
    raw_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    viewer: FleetAdmin,
    shared: Annotated[Context, Depends(context)],
    told: Reparse | None = None,
) -> Reparsed:
    """What the present parser makes of a raw row; with `apply`, the facts that are missing are written."""
    apply = told is not None and told.apply
    async with borrowed(shared.session) as db:
        asked = await (
            await db.execute("select * from auth.ask_reparse(%s, %s, %s)", (raw_id, viewer.username, apply))
        ).fetchone()
    assert asked is not None
    request, refusal = asked
    if refusal is not None:
        raise REFUSALS[refusal]
    return Reparsed.model_validate(await _outcome(shared, request))


async def _outcome(shared: Context, request: int) -> dict[str, Any]:
    """What a worker answers. Errors: Problem 503 when none does in time; then nothing was written."""
    deadline = asyncio.get_running_loop().time() + REPARSED_WITHIN_S
    while asyncio.get_running_loop().time() < deadline:
        if (outcome := await _ask(shared, "select auth.reparse_outcome(%s)", request)) is not None:
            return dict(outcome)
        await asyncio.sleep(LOOK_EVERY_S)
    if await _ask(shared, "select auth.withdraw_reparse(%s)", request):
        raise Problem(503, "no_worker", "No worker answers. Nothing was written: try again.", {"Retry-After": "10"})
    return dict(await _ask(shared, "select auth.reparse_outcome(%s)", request))


async def _ask(shared: Context, query: LiteralString, request: int) -> Any:
    async with borrowed(shared.session) as db:
        row = await (await db.execute(query, (request,))).fetchone()
    return row[0] if row else None


def _next(last: RejectedItem) -> str:
    return f"{last.received_at:%Y-%m-%dT%H:%M:%S.%fZ}_{last.raw_id}_{last.item}"
