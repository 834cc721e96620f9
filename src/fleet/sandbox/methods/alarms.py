"""What devices and platform gave the alarm about."""

from collections.abc import Iterator
from heapq import merge
from itertools import islice

from fleet.sandbox.alarm_words import PLATFORM_ALARMS
from fleet.sandbox.methods.registry import DAY_S, MOST_ROWS_A_PAGE, Call, Payload, known_devices, method
from fleet.sandbox.report_rows import alarm_row
from fleet.sandbox.roster import Device
from fleet.sandbox.signals import Alarm, Kind
from fleet.sandbox.world import World

MOST_ROWS = 1000
LONGEST_DAYS = 31
DEFAULT_PAGE = 50

Found = tuple[Device, Alarm]


@method("jimi.device.alarm.list", of_the_past=True)
def device_alarm_list(world: World, call: Call) -> Payload:
    imeis = call.imeis("imeis" if call.parameters.get("imeis") else "imei")
    found = _alarms(world, known_devices(world, imeis), *_span(world, call))
    wanted = call.parameters.get("alertTypeId")
    if wanted:
        found = (each for each in found if PLATFORM_ALARMS[each[1].code][0] == wanted)
    shown = _page(call, list(islice(found, _most(call))))
    call.tell((device.imei for device, _ in shown), Kind.ALARM)
    return {"result": [alarm_row(device, alarm) for device, alarm in shown]}


def _alarms(world: World, devices: list[Device], start: float, end: float) -> Iterator[Found]:
    """Newest first, of all those devices; no further back than somebody reads."""
    each = [_alarms_of(world, device, start, end) for device in devices]
    return merge(*each, key=lambda found: found[1].gate_at, reverse=True)


def _alarms_of(world: World, device: Device, start: float, end: float) -> Iterator[Found]:
    life = world.fleet.life(device.imei)
    if life is not None:
        for alarm in world.past.newest_first(life, start, end, world.fleet.now):
            yield device, alarm


def _span(world: World, call: Call) -> tuple[float, float]:
    """The month before the present, unless both ends are given."""
    if not (call.parameters.get("begin_time") or call.parameters.get("end_time")):
        return world.fleet.now - LONGEST_DAYS * DAY_S, world.fleet.now + 1.0
    start, end = call.span("begin_time", "end_time", LONGEST_DAYS)
    return start, end + 1.0


def _most(call: Call) -> int:
    return MOST_ROWS if call.parameters.get("begin_time") else DEFAULT_PAGE


def _page(call: Call, found: list[Found]) -> list[Found]:
    """A page of what was found; past the end the last page comes again. Odd page numbers and sizes are ignored."""
    size = _within(call, "page_size", MOST_ROWS_A_PAGE, DEFAULT_PAGE)
    last = max((len(found) - 1) // size, 0)
    first = min(_within(call, "page_no", 10**9, 1) - 1, last) * size
    return found[first : first + size]


def _within(call: Call, name: str, most: int, default: int) -> int:
    text = call.parameters.get(name, "")
    return int(text) if text.isdecimal() and 1 <= int(text) <= most else default
