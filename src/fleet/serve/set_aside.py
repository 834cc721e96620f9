"""Facts that projectors could not fold: the list for every reader. They are folded again at the machine."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from fleet.db import borrowed
from fleet.serve.access import FleetReader, context
from fleet.serve.context import Context
from fleet.serve.drift import LARGEST_ID
from fleet.serve.problems import Problem

router = APIRouter(prefix="/api/set-aside")
QUERY = "select serve.facts_set_aside(%s, %s, %s, %s)"


class FactSetAside(BaseModel):
    """A fact that is in the log and in no table of the projector; `error`: what the database said of it."""

    projector: str
    fact_id: int
    raw_id: int
    received_at: datetime
    item: int
    kind: str
    imei: str | None
    error: str
    tried_at: datetime


class FactsSetAside(BaseModel):
    """A page, in the order of facts; `next` is the `after` of the page after it."""

    items: list[FactSetAside]
    next: str | None


def read_place(after: Annotated[str | None, Query(max_length=100)] = None) -> tuple[int, str]:
    """The `after` parameter: what the page before gave as `next`. Errors: Problem 422."""
    fact, _, projector = (after or "0_").partition("_")
    if not fact.isdecimal() or not fact.isascii() or int(fact) > LARGEST_ID or "\x00" in projector:
        raise Problem(422, "bad_place", "‘after’ is not what a page gave as its next.")
    return int(fact), projector


@router.get("")
async def set_aside(
    _viewer: FleetReader,
    shared: Annotated[Context, Depends(context)],
    place: Annotated[tuple[int, str], Depends(read_place)],
    projector: Annotated[str | None, Query(max_length=100, pattern=r"^[a-z_]+$")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> FactsSetAside:
    """Facts that are set aside, oldest first."""
    async with borrowed(shared.reader) as db:
        rows = await (await db.execute(QUERY, (projector, *place, limit))).fetchall()
    items = [FactSetAside.model_validate(row[0]) for row in rows]
    last = items[-1] if len(items) == limit else None
    return FactsSetAside(items=items, next=f"{last.fact_id}_{last.projector}" if last else None)
