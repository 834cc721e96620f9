"""One question over HTTP, bounded in time and size."""

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

import httpx
import orjson

from fleet.geocoding.answer import Address, GeocoderFailed

ANSWERS_WITHIN_S = 10.0
MOST_ANSWER_BYTES = 200_000
LONGEST_ASKED_PAUSE_S = 3600.0


class Geocoder(Protocol):
    """Whoever can be asked what a place is called."""

    name: str

    async def ask(self, http: httpx.AsyncClient, lat: float, lon: float) -> Address:
        """The address of a place. Errors: GeocoderFailed."""
        ...


async def document_at(
    http: httpx.AsyncClient, url: str, params: Mapping[str, str], headers: Mapping[str, str]
) -> tuple[int, Any]:
    """Status (200 or 404) and JSON document of an answer. Errors: GeocoderFailed, saying neither address nor place."""
    try:
        async with asyncio.timeout(ANSWERS_WITHIN_S):
            status, wanted_pause, body = await _got(http, url, params, headers)
    except TimeoutError as late:
        raise GeocoderFailed(f"No answer within {ANSWERS_WITHIN_S:g} s.") from late
    except (httpx.HTTPError, httpx.InvalidURL) as failed:
        raise GeocoderFailed(f"No answer: {type(failed).__name__}.") from failed
    if status not in (httpx.codes.OK, httpx.codes.NOT_FOUND):
        raise GeocoderFailed(f"It answered HTTP {status}.", _seconds(wanted_pause))
    try:
        return status, orjson.loads(body)
    except orjson.JSONDecodeError as broken:
        raise GeocoderFailed("Its answer is no JSON.") from broken


async def _got(
    http: httpx.AsyncClient, url: str, params: Mapping[str, str], headers: Mapping[str, str]
) -> tuple[int, str, bytes]:
    async with http.stream("GET", url, params=params, headers=headers, timeout=ANSWERS_WITHIN_S) as answer:
        body = bytearray()
        async for piece in answer.aiter_bytes():
            body += piece
            if len(body) > MOST_ANSWER_BYTES:
                raise GeocoderFailed(f"Its answer exceeds {MOST_ANSWER_BYTES} bytes.")
        return answer.status_code, answer.headers.get("retry-after", ""), bytes(body)


def _seconds(retry_after: str) -> float:
    """A Retry-After in seconds; a date or nonsense counts as none."""
    return min(float(retry_after), LONGEST_ASKED_PAUSE_S) if retry_after.isascii() and retry_after.isdecimal() else 0.0
