"""The vendor's one address, `/route/rest`: any mix of query and form, an HTTP 200 even for errors."""

import asyncio
from datetime import timedelta
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from fleet.observe import log
from fleet.sandbox.faults import contents, polls
from fleet.sandbox.methods import METHODS, Call
from fleet.sandbox.methods.registry import OF_THE_PAST, Method
from fleet.sandbox.protocol import Refused, check_request, envelope, refusal
from fleet.sandbox.world import World

TOKEN_GET = "jimi.oauth.token.get"  # noqa: S105


async def route_rest(request: Request) -> Response:
    """Answer one call."""
    world: World = request.app.state.world
    call = Call(await _parameters(request))
    await polls.delay(world.faults, call.topic, request)
    page = polls.page(world.faults, call.topic)
    if page is not None:
        return page
    whole = orjson.dumps(await answer(world, call))
    body = polls.spoilt(world.faults, call.topic, whole)
    if len(body) >= len(whole) and not await request.is_disconnected():
        _record(world, call)
    return Response(body, media_type="application/json;charset=UTF-8")


async def answer(world: World, call: Call) -> dict[str, Any]:
    """The envelope for a call."""
    try:
        function = _admitted(world, call)
        # The past is lived again, which takes its time: meanwhile the fleet goes on.
        payload = await asyncio.to_thread(function, world, call) if call.topic in OF_THE_PAST else function(world, call)
    except Refused as refused:
        log.info("poll_refused", method=call.topic, code=refused.code)
        return refusal(refused.code, str(refused))
    return envelope(0, "success", **contents.altered_payload(world.faults, call.topic, payload))


def _admitted(world: World, call: Call) -> Method:
    """The method that a call asks for, if its signature, rate and token allow."""
    check_request(call.parameters, world.options, world.real_now())
    function = METHODS.get(call.topic)
    if function is None:
        raise Refused(1007)
    world.calls.take()
    polls.refuse(world.faults, call.topic, is_token_call=call.topic == TOKEN_GET)
    if call.topic == TOKEN_GET:
        world.token_calls.take()
        return function
    token = world.tokens.check(call.parameters.get("access_token", ""))
    revoked = world.faults.active("token_revoked")
    if revoked is not None and world.real_now() > token.issued_at + timedelta(seconds=float(revoked["seconds"])):
        raise Refused(1004)
    return function


def _record(world: World, call: Call) -> None:
    """Count what an answer has told."""
    now = world.real_now()
    for imei, kind in call.told:
        if not contents.is_omitted(world.faults, call.topic, imei):
            world.ledger.record(imei, kind, "poll", now)


async def _parameters(request: Request) -> dict[str, str]:
    form = await request.form() if request.method == "POST" else {}
    return dict(request.query_params) | {name: value for name, value in form.items() if isinstance(value, str)}
