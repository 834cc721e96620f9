"""The vendor's methods, one function each, found by name in METHODS.

A method takes the world and a call and gives the payload of its answer (`result`, `data` or both, as the
vendor mixes them); it raises Refused for an error code. To add one, write it under `@method("jimi.…")`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fleet.sandbox.protocol import TIME_FORMAT, Refused, Token
from fleet.sandbox.roster import CITY_SHARES, Device
from fleet.sandbox.rows import child_row, detail_row, device_row, location_row
from fleet.sandbox.signals import Kind
from fleet.sandbox.world import World

MOST_IMEIS = 100


@dataclass(frozen=True, slots=True)
class Call:
    """A checked request: its parameters and, but for token.get, its token."""

    parameters: dict[str, str]
    token: Token | None = None

    def required(self, name: str) -> str:
        """A parameter that must be there."""
        value = self.parameters.get(name, "")
        if not value:
            raise Refused(1001)
        return value


Payload = dict[str, Any]
Method = Callable[[World, Call], Payload]

METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    """Enter a function in METHODS."""

    def enter(function: Method) -> Method:
        METHODS[name] = function
        return function

    return enter


@method("jimi.oauth.token.get")
def token_get(world: World, call: Call) -> Payload:
    user = (call.required("user_id"), call.required("user_pwd_md5"))
    if user != (world.options.user_id, world.options.user_pwd_md5):
        raise Refused(1001, "Incorrect user name or password")
    return {"result": _token(world, world.tokens.issue(user[0], call.required("expires_in")))}


@method("jimi.oauth.token.refresh")
def token_refresh(world: World, call: Call) -> Payload:
    names = ("access_token", "refresh_token", "expires_in")
    return {"result": _token(world, world.tokens.renew(*map(call.required, names)))}


@method("jimi.user.child.list")
def user_child_list(world: World, call: Call) -> Payload:
    target = _account(world, call)
    children = CITY_SHARES if target == world.options.user_id else ()
    return {"result": [child_row(f"demo_{city}", city) for city, _ in children]}


@method("jimi.user.device.list")
def user_device_list(world: World, call: Call) -> Payload:
    return {"result": [device_row(device) for device in _owned(world, _account(world, call))]}


@method("jimi.track.device.detail")
def track_device_detail(world: World, call: Call) -> Payload:
    device = _device(world, call.required("imei"))
    simulated = world.fleet.simulated(device.imei)
    return {"result": detail_row(device, simulated.seen if simulated else None)}


@method("jimi.user.device.location.list")
def user_device_location_list(world: World, call: Call) -> Payload:
    return {"result": _locations(world, _owned(world, _account(world, call))), "data": None}


@method("jimi.device.location.get")
def device_location_get(world: World, call: Call) -> Payload:
    imeis = call.required("imeis").split(",")
    if len(imeis) > MOST_IMEIS:
        raise Refused(220)
    return {"result": _locations(world, [_device(world, imei) for imei in imeis]), "data": None}


def _token(world: World, token: Token) -> Payload:
    return {
        "appKey": world.options.app_key,
        "account": token.account,
        "accessToken": token.access,
        "expiresIn": token.lifetime_s,
        "refreshToken": token.refresh,
        "time": token.issued_at.strftime(TIME_FORMAT),
    }


def _account(world: World, call: Call) -> str:
    """The account asked about, which must be the caller's own or a child's."""
    target = call.required("target")
    if target not in {world.options.user_id, *(f"demo_{city}" for city, _ in CITY_SHARES)}:
        raise Refused(214)
    return target


def _owned(world: World, account: str) -> list[Device]:
    """Devices of that very account: the vendor's lists are not recursive."""
    root = {"demo_fleet_root": world.options.user_id}
    return [device for device in world.fleet.devices if root.get(device.account, device.account) == account]


def _device(world: World, imei: str) -> Device:
    device = world.fleet.device(imei)
    if device is None:
        raise Refused(1002)
    return device


def _locations(world: World, devices: list[Device]) -> list[Payload]:
    rows = []
    for device in devices:
        simulated = world.fleet.simulated(device.imei)
        row = location_row(device, simulated.seen if simulated else None)
        if row is not None:
            rows.append(row)
            if not device.expired:
                world.ledger.record(device.imei, Kind.GPS, "poll", world.real_now())
    return rows
