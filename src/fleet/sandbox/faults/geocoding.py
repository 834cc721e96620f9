"""Faults of the geocoders. Each takes `topic` (nominatim, mapbox, or `*` for both) and `share` (of the questions)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from fleet.sandbox.faults import polls
from fleet.sandbox.faults.registry import EVERYWHERE, Faults, declare

_ALL: dict[str, Any] = {"topic": EVERYWHERE, "share": 1.0}

declare("geocode_slow", "places are told late", seconds=120.0, **_ALL)
declare("geocode_429", "who asks is told to wait so many seconds", seconds=5.0, **_ALL)
declare("geocode_500", "questions meet a server error", **_ALL)
declare("geocode_html", "questions are answered by a proxy's HTML page with HTTP 200", **_ALL)
declare("geocode_nothing", "nothing is found anywhere", **_ALL)


async def refusal(faults: Faults, geocoder: str, request: Request) -> Response | None:
    """What stands in place of an answer, after the wait that a fault wants."""
    slow = faults.strikes("geocode_slow", geocoder)
    if slow is not None:
        await polls.wait(faults, "geocode_slow", float(slow["seconds"]), request)
    often = faults.strikes("geocode_429", geocoder)
    if often is not None:
        return Response("Too many requests", 429, {"Retry-After": f"{float(often['seconds']):.0f}"})
    if faults.strikes("geocode_500", geocoder) is not None:
        return Response("Internal server error", 500)
    if faults.strikes("geocode_html", geocoder) is not None:
        return HTMLResponse(polls.HTML_PAGE.format(status=502))
    return None


def knows_nothing(faults: Faults, geocoder: str) -> bool:
    """Is nothing to be found?"""
    return faults.strikes("geocode_nothing", geocoder) is not None
