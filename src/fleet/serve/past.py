"""The fleet at an instant of the past: as it was, or as it was known then."""

from typing import Annotated, Any

import psycopg
from fastapi import APIRouter, Depends, Request, Response
from pydantic import AwareDatetime, BaseModel

from fleet import clock
from fleet.db import borrowed
from fleet.serve.access import FleetReader, context
from fleet.serve.context import Context
from fleet.serve.live import LiveFilters, packed, read_filters, stated
from fleet.serve.problems import Problem

router = APIRouter(prefix="/api/views")

AT = "select convert_to(serve.fleet_at_text(%s, %s, %s::jsonb, %s), 'UTF8')"


class FleetAt(BaseModel):
    """As the live view, but for the service levels; `known_at` is null for the fleet as it was."""

    summary: dict[str, Any]
    geojson: dict[str, Any]
    at: AwareDatetime
    known_at: AwareDatetime | None


def refuse_future(name: str, moment: AwareDatetime | None) -> None:
    """Errors: Problem 422 when the moment has not come yet."""
    if moment is not None and moment > clock.now():
        raise Problem(422, "in_the_future", f"‘{name}’ is in the future: ask for an instant that has been.")


@router.get("/fleet-at", response_model=FleetAt)
async def fleet_at(
    request: Request,
    viewer: FleetReader,
    filters: Annotated[LiveFilters, Depends(read_filters)],
    shared: Annotated[Context, Depends(context)],
    at: AwareDatetime,
    known_at: AwareDatetime | None = None,
) -> Response:
    """Every vehicle as it was at an instant; with `known_at`, by nothing but what had reached us by then."""
    refuse_future("at", at)
    refuse_future("known_at", known_at)
    async with borrowed(shared.reader) as db:
        try:
            cursor = await db.execute(AT, (at, known_at, stated(filters), viewer.account_id), binary=True)
        except psycopg.DataError as refused:
            raise Problem(422, "bad_question", str(refused.diag.message_primary)) from refused
        row = await cursor.fetchone()
    assert row is not None
    return await packed(
        request, row[0], {"Cache-Control": "private, no-cache", "Vary": "Authorization, Accept-Encoding"}
    )
