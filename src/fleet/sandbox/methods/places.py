"""Where devices are at the moment."""

from fleet.sandbox.methods.accounts import owned_devices
from fleet.sandbox.methods.registry import Call, Payload, account, known_devices, method
from fleet.sandbox.roster import Device
from fleet.sandbox.rows import location_row
from fleet.sandbox.signals import Kind
from fleet.sandbox.world import World


@method("jimi.user.device.location.list")
def user_device_location_list(world: World, call: Call) -> Payload:
    return {"result": _locations(world, call, owned_devices(world, account(world, call, "target"))), "data": None}


@method("jimi.device.location.get")
def device_location_get(world: World, call: Call) -> Payload:
    return {"result": _locations(world, call, known_devices(world, call.imeis())), "data": None}


def _locations(world: World, call: Call, devices: list[Device]) -> list[Payload]:
    """A row for every device but those that never reported; expired ones have a row without a place."""
    rows = []
    for device in devices:
        row = location_row(device, world.fleet.seen(device.imei))
        if row is not None:
            rows.append(row)
            call.tell([device.imei], Kind.EXPIRED if device.expired else Kind.GPS)
    return rows
