"""Cards that drivers have shown."""

from typing import Any

from fleet.sandbox.methods.registry import MOST_ROWS_A_PAGE, Call, Payload, account, known_devices, method
from fleet.sandbox.signals import Kind, Report
from fleet.sandbox.vendor_time import utc_text
from fleet.sandbox.world import World

LONGEST_DAYS = 31


@method("jimi.open.device.rfid.list", of_the_past=True)
def device_rfid_list(world: World, call: Call) -> Payload:
    account(world, call, "account")
    rows = _rows(world, call)
    number, size = call.number("page_no", 1, 10**9), call.number("page_size", 1, MOST_ROWS_A_PAGE)
    shown = rows[(number - 1) * size : number * size]
    call.tell((row["imei"] for row in shown), Kind.CARD)
    frame = {
        "currentPage": number,
        "pageSize": size,
        "startRow": (number - 1) * size + 1,
        "endRow": number * size,
        "totalRecord": len(rows),
        "totalPage": -(-len(rows) // size),
    }
    return {"data": {**frame, "result": shown}}


def _rows(world: World, call: Call) -> list[dict[str, Any]]:
    """Of the devices or cards asked for, or of all."""
    start, end = call.span("begin_time", "end_time", LONGEST_DAYS)
    devices = known_devices(world, call.imeis()) if call.parameters.get("imeis") else world.fleet.devices
    cards = set(call.imeis("card_ids")) if call.parameters.get("card_ids") else None
    return [
        {
            "imei": report.imei,
            "cardId": report.item["cardId"],
            "photo": "",
            "operationTime": utc_text(report.gate_at),
        }
        for device in devices
        if (life := world.fleet.life(device.imei))
        for report in world.past.told(life, Report, start, end + 1.0, world.fleet.now)
        if report.kind is Kind.CARD and (cards is None or report.item["cardId"] in cards)
    ]
