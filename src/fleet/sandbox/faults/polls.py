"""Faults of the polling side: refusals, waits, and answers that are none.

Each takes `topic` (a method, or `*` for all) and `share` (of the calls, 0 to 1).
"""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from fleet.sandbox.faults.registry import EVERYWHERE, Faults, declare
from fleet.sandbox.protocol import Refused

HTML_PAGE = "<html><head><title>{status} Bad Gateway</title></head><body>nginx</body></html>"
LOOK_EVERY_S = 0.1
CODES = {"poll_1004": 1004, "poll_1005": 1005, "poll_1006": 1006, "poll_busy": -1, "poll_1100": 1100}
TOO_MANY_TODAY = "Request frequency too high today!"

_ALL: dict[str, Any] = {"topic": EVERYWHERE, "share": 1.0}

declare("poll_1004", "data calls are told that their token is invalid", **_ALL)
declare("poll_1005", "calls are told that this address has called too often", **_ALL)
declare("poll_1006", "calls are told that requests are too frequent; daily=1: for the whole day", daily=0.0, **_ALL)
declare("poll_1100", "calls meet a business exception", **_ALL)
declare("poll_busy", "calls are told that the system is busy (code -1)", **_ALL)
declare("poll_html", "calls are answered by a proxy's HTML page", status=502.0, **_ALL)
declare("poll_truncated", "answers break off in the middle", **_ALL)
declare("poll_string_code", "the code of an answer is text", **_ALL)
declare("poll_slow", "calls are answered late", seconds=137.0, **_ALL)
declare("poll_timeout", "calls are not answered at all until so many seconds are over", seconds=600.0, **_ALL)
declare("token_revoked", "tokens are worth nothing so many seconds after their issue", seconds=60.0)
declare("trips_disabled", "report.trips is not enabled for the account")


async def delay(faults: Faults, topic: str, request: Request) -> None:
    """Let a call wait; it is released when the fault is switched off or the caller has gone."""
    for name in ("poll_slow", "poll_timeout"):
        parameters = faults.strikes(name, topic)
        if parameters is not None:
            await wait(faults, name, float(parameters["seconds"]), request)


async def wait(faults: Faults, name: str, seconds: float, request: Request) -> None:
    """Wait so long, or until the fault is switched off or the caller has gone."""
    ends = asyncio.get_running_loop().time() + seconds
    while faults.active(name) is not None and (left := ends - asyncio.get_running_loop().time()) > 0:
        if await request.is_disconnected():
            return
        await asyncio.sleep(min(LOOK_EVERY_S, left))


def page(faults: Faults, topic: str) -> Response | None:
    """A proxy's page in place of an answer."""
    parameters = faults.strikes("poll_html", topic)
    if parameters is None:
        return None
    status = int(parameters["status"])
    return HTMLResponse(HTML_PAGE.format(status=status), status)


def refuse(faults: Faults, topic: str, *, is_token_call: bool) -> None:
    """Raise Refused where a fault wants a code; nobody has an invalid token while he asks for one."""
    for name, code in CODES.items():
        if is_token_call and name == "poll_1004":
            continue
        parameters = faults.strikes(name, topic)
        if parameters is not None:
            raise Refused(code, TOO_MANY_TODAY if parameters.get("daily") else None)


def spoilt(faults: Faults, topic: str, body: bytes) -> bytes:
    """The body of an answer as the faults leave it."""
    if faults.strikes("poll_string_code", topic) is not None:
        body = body.replace(b'"code":0', b'"code":"0"', 1)
    if faults.strikes("poll_truncated", topic) is not None:
        body = body[: len(body) // 2]
    return body
