"""Tokens, accounts and the devices that they own."""

from fleet.sandbox.methods.registry import Call, Payload, account, known_device, method
from fleet.sandbox.protocol import TIME_FORMAT, Refused, Token
from fleet.sandbox.roster import CITY_SHARES, Device
from fleet.sandbox.rows import child_row, detail_row, device_row
from fleet.sandbox.signals import Kind
from fleet.sandbox.world import World


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
    target = account(world, call, "target")
    children = CITY_SHARES if target == world.options.user_id else ()
    return {"result": [child_row(f"demo_{city}", city) for city, _ in children]}


@method("jimi.user.device.list")
def user_device_list(world: World, call: Call) -> Payload:
    devices = owned_devices(world, account(world, call, "target"))
    call.tell((device.imei for device in devices), Kind.DEVICE)
    return {"result": [device_row(device) for device in devices]}


@method("jimi.track.device.detail")
def track_device_detail(world: World, call: Call) -> Payload:
    device = known_device(world, call.required("imei"))
    call.tell([device.imei], Kind.DEVICE)
    return {"result": detail_row(device, world.fleet.seen(device.imei))}


def owned_devices(world: World, account: str) -> list[Device]:
    """Devices of that very account: the vendor's lists are not recursive."""
    root = {"demo_fleet_root": world.options.user_id}
    return [device for device in world.fleet.devices if root.get(device.account, device.account) == account]


def _token(world: World, token: Token) -> Payload:
    return {
        "appKey": world.options.app_key,
        "account": token.account,
        "accessToken": token.access,
        "expiresIn": token.lifetime_s,
        "refreshToken": token.refresh,
        "time": token.issued_at.strftime(TIME_FORMAT),
    }
