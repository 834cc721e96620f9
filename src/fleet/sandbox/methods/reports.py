"""The platform's reports: stops and idling, and trips by day."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from fleet.sandbox.methods.registry import MOST_ROWS_A_PAGE, Call, Payload, account, known_devices, method
from fleet.sandbox.methods.tracks import KEPT_DAYS, trips_of
from fleet.sandbox.protocol import Refused
from fleet.sandbox.report_rows import parking_row, trips_by_day, trips_listed
from fleet.sandbox.signals import Kind
from fleet.sandbox.timetable import Stay
from fleet.sandbox.vendor_time import utc_text
from fleet.sandbox.world import World

ENGINE = {"off": False, "on": True}


@method("jimi.open.platform.report.parking", of_the_past=True)
def report_parking(world: World, call: Call) -> Payload:
    account(world, call, "account")
    devices = known_devices(world, call.imeis())
    start, end = call.span("start_time", "end_time", KEPT_DAYS)
    first, size = _page(call)
    # Without a right acc_type the vendor finds nothing, and calls it a success.
    engine = ENGINE.get(call.parameters.get("acc_type", ""))
    stays = [] if engine is None else [(d, stay) for d in devices for stay in _stays(world, d.imei, start, end, engine)]
    stays.sort(key=lambda each: each[1].start, reverse=True)
    shown = stays[first : first + size]
    call.tell((device.imei for device, _ in shown), Kind.IDLING if engine else Kind.PARKING)
    rows = [parking_row(device, stay) for device, stay in shown]
    return _in_data({"totalTime": str(17 * len(stays)), "dataTotalRows": str(len(stays)), "rows": rows})


@method("jimi.open.platform.report.trips", of_the_past=True)
def report_trips(world: World, call: Call) -> Payload:
    account(world, call, "account")
    devices = known_devices(world, call.imeis())
    start, end = call.span("start_time", "end_time", KEPT_DAYS)
    first, size = _page(call)
    how = call.required("type")
    if how not in ("day", "list"):
        raise Refused(1001)
    if world.faults.active("trips_disabled") is not None:
        return _in_data({"openFlag": False})
    trips = [(device, trip) for device in devices for trip in trips_of(world, device.imei, start, end)]
    if how == "day":
        days = [list(group) for _, group in groupby(trips, lambda each: (each[0].imei, utc_text(each[1].start)[:10]))]
        shown = days[first : first + size]
        call.tell((day[0][0].imei for day in shown), Kind.TRIP_DAY)
        return _in_data({"datDatas": [trips_by_day(day[0][0], [trip for _, trip in day]) for day in shown]})
    page = trips[first : first + size]
    call.tell((device.imei for device, _ in page), Kind.TRIP)
    by_device = [list(group) for _, group in groupby(page, lambda each: each[0].imei)]
    return _in_data({"dayList": [trips_listed(group[0][0], [trip for _, trip in group]) for group in by_device]})


def _stays(world: World, imei: str, start: float, end: float, engine: bool) -> Iterable[Stay]:
    life = world.fleet.life(imei)
    return life.timetable.stays(start, end, world.fleet.now, ignition=engine) if life else ()


def _page(call: Call) -> tuple[int, int]:
    return call.number("start_row", 0, 10**9), call.number("page_size", 1, MOST_ROWS_A_PAGE)


def _in_data(data: dict[str, Any]) -> Payload:
    return {"result": None, "data": data}
