"""What engines say, where a device is plugged into one."""

from typing import Any

from fleet.sandbox.engine_words import obd_row, trouble_row
from fleet.sandbox.methods.registry import (
    MOST_ROWS_A_PAGE,
    Call,
    Payload,
    account,
    known_device,
    known_devices,
    method,
)
from fleet.sandbox.roster import OBD_TRACKER
from fleet.sandbox.signals import Kind, Reading, Trouble
from fleet.sandbox.watches import Told
from fleet.sandbox.world import World

LONGEST_DAYS = 31


@method("jimi.device.obd.list", of_the_past=True)
def device_obd_list(world: World, call: Call) -> Payload:
    rows = [obd_row(reading) for reading in _told(world, call, Reading)]
    return {"data": _page(call, rows, Kind.OBD)}


@method("jimi.device.obd.fault", of_the_past=True)
def device_obd_fault(world: World, call: Call) -> Payload:
    rows = [trouble_row(known_device(world, trouble.imei), trouble) for trouble in _told(world, call, Trouble)]
    return {"result": None, "data": _page(call, rows, Kind.FAULT)}


def _told(world: World, call: Call, kind: type[Told]) -> list[Told]:
    """By device, in order of time."""
    account(world, call, "account")
    devices = known_devices(world, call.imeis())
    start, end = call.span("start_time", "end_time", LONGEST_DAYS)
    return [
        told
        for device in devices
        if device.model == OBD_TRACKER and (life := world.fleet.life(device.imei))
        for told in world.past.told(life, kind, start, end + 1.0, world.fleet.now)
    ]


def _page(call: Call, rows: list[dict[str, Any]], kind: Kind) -> dict[str, Any]:
    """A page in the vendor's frame, whose totalPage and row numbers are always 0."""
    number, size = call.number("page_no", 1, 10**9), call.number("page_size", 1, MOST_ROWS_A_PAGE, 10)
    shown = rows[(number - 1) * size : number * size]
    call.tell((row["imei"] for row in shown), kind)
    return {
        "currentPage": number,
        "pageSize": size,
        "startRow": 0,
        "endRow": 0,
        "totalRecord": len(rows),
        "totalPage": 0,
        "result": shown,
    }
