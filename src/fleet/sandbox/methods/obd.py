"""What engines say, where a device is plugged into one."""

from typing import Any

from fleet.sandbox.methods.registry import MOST_ROWS_A_PAGE, Call, Payload, account, known_devices, method
from fleet.sandbox.world import World

LONGEST_DAYS = 31


@method("jimi.device.obd.list")
def device_obd_list(world: World, call: Call) -> Payload:
    return {"data": _page(call, _asked(world, call))}


@method("jimi.device.obd.fault")
def device_obd_fault(world: World, call: Call) -> Payload:
    return {"result": None, "data": _page(call, _asked(world, call))}


def _asked(world: World, call: Call) -> list[dict[str, Any]]:
    account(world, call, "account")
    known_devices(world, call.imeis())
    call.span("start_time", "end_time", LONGEST_DAYS)
    return []


def _page(call: Call, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A page in the vendor's frame, whose totalPage and row numbers are always 0."""
    number, size = call.number("page_no", 1, 10**9), call.number("page_size", 1, MOST_ROWS_A_PAGE, 10)
    return {
        "currentPage": number,
        "pageSize": size,
        "startRow": 0,
        "endRow": 0,
        "totalRecord": len(rows),
        "totalPage": 0,
        "result": rows[(number - 1) * size : number * size],
    }
