"""Where devices have been: points of a track, and trips."""

from itertools import islice

from fleet.sandbox.methods.registry import DAY_S, MOST_ROWS_A_PAGE, Call, Payload, known_device, known_devices, method
from fleet.sandbox.protocol import Refused
from fleet.sandbox.report_rows import mileage_row, track_row
from fleet.sandbox.signals import Kind
from fleet.sandbox.timetable import Trip
from fleet.sandbox.world import World

LONGEST_TRACK_DAYS = 7
# The vendor keeps three months.
KEPT_DAYS = 92
# Longer questions than this are answered with nothing at all, and a success.
LONGEST_MILEAGE_DAYS = 548


@method("jimi.device.track.list", of_the_past=True)
def device_track_list(world: World, call: Call) -> Payload:
    device = known_device(world, _imei(world, call))
    start, end = call.span("begin_time", "end_time", LONGEST_TRACK_DAYS)
    now = world.real_now().timestamp()
    if end >= now or start < now - KEPT_DAYS * DAY_S:
        raise Refused(1001)
    life = world.fleet.life(device.imei)
    fixes = world.past.fixes(life, start, end + 1.0, world.fleet.now) if life else []
    call.tell((fix.imei for fix in fixes), Kind.GPS)
    mileage_m = round(fixes[-1].odometer_m - fixes[0].odometer_m, 1) if fixes else 0.0
    return {"result": [track_row(fix) for fix in fixes], "data": {"mileage": mileage_m}}


@method("jimi.device.track.mileage", of_the_past=True)
def device_track_mileage(world: World, call: Call) -> Payload:
    devices = known_devices(world, call.imeis())
    start, end = call.moment("begin_time"), call.moment("end_time")
    if end >= world.real_now().timestamp():
        raise Refused(1001)
    if end - start > LONGEST_MILEAGE_DAYS * DAY_S:
        return {"result": None, "data": None}
    first = call.number("start_row", 0, 10**9, 0)
    size = call.number("page_size", 1, MOST_ROWS_A_PAGE, MOST_ROWS_A_PAGE)
    trips = [(device.imei, trip) for device in devices for trip in trips_of(world, device.imei, start, end)]
    shown = list(islice(trips, first, first + size))
    call.tell((imei for imei, _ in shown), Kind.TRIP)
    totals = [
        {"imei": device.imei, "totalMileage": round(sum(t.distance_m for imei, t in trips if imei == device.imei), 1)}
        for device in devices
    ]
    return {"result": [mileage_row(imei, trip) for imei, trip in shown], "data": totals}


def trips_of(world: World, imei: str, start: float, end: float) -> list[Trip]:
    """The trips that touch a span, as far as the vendor knows and keeps them."""
    life = world.fleet.life(imei)
    kept_since = world.fleet.now - KEPT_DAYS * DAY_S
    return life.timetable.trips(max(start, kept_since), end, world.fleet.now) if life else []


def _imei(world: World, call: Call) -> str:
    """The one device asked about, in the words in which this method refuses others."""
    imei = call.required("imei")
    device = world.fleet.device(imei)
    if device is None:
        raise Refused(1002, f"IMEI does not exist{{{imei}}}")
    if device.expired:
        raise Refused(1002, f"The device has expired{{{imei}}}")
    return imei
