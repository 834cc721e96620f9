"""The live view: every vehicle now, as one payload ready to draw."""

import asyncio
from typing import Annotated, Any, Literal

import psycopg
from fastapi import APIRouter, Depends, Query, Request, Response
from isal import igzip, isal_zlib
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from fleet import clock
from fleet.db import borrowed
from fleet.serve.access import FleetReader, context
from fleet.serve.context import Context
from fleet.serve.problems import Problem

router = APIRouter(prefix="/api/views")

COMPRESS_FROM_BYTES = 1024
"""Longer payloads are compressed, beside the event loop: pushes must not wait for a large fleet's map."""

State = Literal["moving", "parked", "offline", "unknown"]


class DateRange(BaseModel):
    """Half-open: from <= fix < to."""

    model_config = ConfigDict(extra="forbid")

    from_: Annotated[AwareDatetime | None, Query(alias="from")] = None
    to: AwareDatetime | None = None


class LiveFilters(BaseModel):
    """Which vehicles to show; ANDed, each optional."""

    model_config = ConfigDict(extra="forbid")

    cost_centre: list[str] | None = None
    assigned_city: list[str] | None = None
    vehicle_numbers: list[str] | None = None
    driver: list[str] | None = None
    state: list[State] | None = None
    date_range: DateRange | None = None


class ServiceLevel(BaseModel):
    """One service level now."""

    metric: str
    value: float | None
    threshold: float
    status: Literal["met", "missed", "no_data"]


class LiveView(BaseModel):
    """`geojson` is a FeatureCollection, one feature a vehicle; see docs/interfaces.md for the properties."""

    summary: dict[str, Any]
    geojson: dict[str, Any]
    slo_status: list[ServiceLevel]


async def read_filters(filters: Annotated[str, Query(max_length=20_000)] = "{}") -> LiveFilters:
    """The `filters` query parameter. Errors: Problem 422 naming what is wrong."""
    try:
        return LiveFilters.model_validate_json(filters)
    except ValidationError as invalid:
        raise Problem(422, "bad_filter", _sentence(invalid)) from None


@router.get("/live", response_model=LiveView, responses={304: {"description": "Nothing has changed"}})
async def live(
    request: Request,
    viewer: FleetReader,
    filters: Annotated[LiveFilters, Depends(read_filters)],
    shared: Annotated[Context, Depends(context)],
) -> Response:
    """Every vehicle now. With If-None-Match: 304 as long as nothing on the page would change."""
    as_of = clock.now().replace(microsecond=0)
    async with borrowed(shared.reader) as db:
        try:
            cursor = await db.execute(
                "select convert_to(serve.live_view_text(%s::jsonb, %s, %s), 'UTF8')",
                (stated(filters), viewer.account_id, as_of),
                binary=True,
            )
        except psycopg.DataError as refused:
            raise Problem(422, "bad_filter", str(refused.diag.message_primary)) from refused
        row = await cursor.fetchone()
    assert row is not None
    body: bytes = row[0]
    etag = f'W/"{fingerprint(body)}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Accept-Encoding"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return await packed(request, body, headers)


def stated(filters: LiveFilters) -> str:
    """The filters as the database takes them."""
    return filters.model_dump_json(by_alias=True, exclude_none=True).replace("\\u0000", "")


async def packed(request: Request, body: bytes, headers: dict[str, str]) -> Response:
    """A JSON payload, compressed where it is long and the client can read that."""
    if len(body) > COMPRESS_FROM_BYTES and "gzip" in request.headers.get("accept-encoding", ""):
        body = await asyncio.to_thread(igzip.compress, body, 1)
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type="application/json", headers=headers)


def fingerprint(body: bytes) -> str:
    """Of a payload without its `as_of`, which changes though nothing else does. A checksum is enough for a weak tag."""
    start = body.find(b'"as_of" : "')
    view = memoryview(body)
    checksum = isal_zlib.crc32(view[body.find(b"}", start) :], isal_zlib.crc32(view[:start]))
    return f"{len(body):x}-{checksum:08x}"


def _sentence(invalid: ValidationError) -> str:
    first = invalid.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "filters"
    if first["type"] == "extra_forbidden":
        return f"‘{where}’ is not a filter. Known: {', '.join(LiveFilters.model_fields)}."
    return f"{where}: {first['msg']}."
