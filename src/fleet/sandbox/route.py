"""The vendor's one address, `/route/rest`: any mix of query and form, an HTTP 200 even for errors."""

import asyncio
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from fleet.observe import log
from fleet.sandbox.methods import METHODS, Call
from fleet.sandbox.protocol import Refused, check_request, envelope, refusal
from fleet.sandbox.world import World

TOKEN_GET = "jimi.oauth.token.get"  # noqa: S105
HTML_PAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


async def route_rest(request: Request) -> Response:
    """Answer one call."""
    world: World = request.app.state.world
    slow = world.faults.active("poll_slow")
    if slow is not None:
        await asyncio.sleep(slow["seconds"])
    html = world.faults.active("poll_html")
    if html is not None:
        return HTMLResponse(HTML_PAGE, int(html["status"]))
    parameters = await _parameters(request)
    call = Call(parameters)
    body = orjson.dumps(answer(world, call))
    if not await request.is_disconnected():
        now = world.real_now()
        for imei, kind in call.told:
            world.ledger.record(imei, kind, "poll", now)
    return Response(body, media_type="application/json;charset=UTF-8")


def answer(world: World, call: Call) -> dict[str, Any]:
    """The envelope for a call."""
    try:
        payload = _payload(world, call)
    except Refused as refused:
        log.info("poll_refused", method=call.parameters.get("method"), code=refused.code)
        return refusal(refused.code, str(refused))
    return envelope(0, "success", **payload)


def _payload(world: World, call: Call) -> dict[str, Any]:
    parameters = call.parameters
    check_request(parameters, world.options, world.real_now())
    name = parameters["method"]
    function = METHODS.get(name)
    if function is None:
        raise Refused(1007)
    world.calls.take()
    if world.faults.active("poll_1006") is not None:
        raise Refused(1006)
    if name == TOKEN_GET:
        world.token_calls.take()
        return function(world, call)
    if world.faults.active("poll_1004") is not None:
        raise Refused(1004)
    world.tokens.check(parameters.get("access_token", ""))
    return function(world, call)


async def _parameters(request: Request) -> dict[str, str]:
    form = await request.form() if request.method == "POST" else {}
    return dict(request.query_params) | {name: value for name, value in form.items() if isinstance(value, str)}
