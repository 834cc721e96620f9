"""The kind `alarm`, pushed by the hub or the platform, or polled; with the fix that an alarm may carry.

A position inside an alarm counts as a fix only where it is complete: a polled one with its own
`positioningTime`, a pushed one with a speed. Others may be old places under a new time.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from fleet.model import Fact
from fleet.parser.alarm_names import ALARM_NAMES, CODES_WITH_SUB_CODE
from fleet.parser.contracts.poll import PolledAlarm
from fleet.parser.contracts.push import HubAlarm, PlatformAlarm
from fleet.parser.device_seen import or_sign_of_life
from fleet.parser.envelope import object_or_text
from fleet.parser.intake import Intake, Item, filled, known_imei, present
from fleet.parser.place import Place, place_or_none
from fleet.parser.positions import pushed_position
from fleet.parser.refusal import Rejected

_CLEARED: Final = "removealarmtype"
_SPELLINGS: Final = {alarm_class: {code.lower(): code for code in names} for alarm_class, names in ALARM_NAMES.items()}


def hub_alarm(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """An item of /pushalarm, its `msg` an object, JSON text, or absent where the item is flat."""
    alarm = HubAlarm.model_validate(item | filled(object_or_text(item.get("msg"))))
    imei = known_imei(alarm.imei, f"the item is identified by {alarm.identified_by}")
    gate_at = intake.believable(alarm.gate_at)
    spoke_at = gate_at or intake.received_at
    raised_at = yield from or_sign_of_life(item_no, imei, spoke_at, lambda: intake.device_time(alarm.raised_at))
    place = place_or_none(alarm.lat, alarm.lon)
    alarm_class, code, cleared = _hub_code(alarm)
    yield _alarm(
        item_no,
        imei,
        raised_at,
        origin="push",
        alarm_class=alarm_class,
        code=code,
        place=place,
        cleared=cleared,
    )
    if place and alarm.speed_kmh is not None:
        yield pushed_position(item_no, imei, alarm, fixed_at=raised_at, place=place, gate_at=gate_at)


def platform_alarm(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """The message `jimi.push.device.alarm`."""
    alarm = PlatformAlarm.model_validate(item)
    imei = known_imei(alarm.imei)
    received_at = intake.received_at
    raised_at = yield from or_sign_of_life(item_no, imei, received_at, lambda: intake.device_time(alarm.raised_at))
    place = place_or_none(alarm.lat, alarm.lon)
    code = _required(alarm.code)
    yield _alarm(
        item_no,
        imei,
        raised_at,
        origin="push",
        alarm_class="tsp",
        code=code,
        place=place,
        name=alarm.name,
    )


def polled_alarm(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """A row of device.alarm.list."""
    alarm = PolledAlarm.model_validate(item)
    imei = known_imei(alarm.imei)
    raised_at = intake.device_time(alarm.raised_at)
    place = place_or_none(alarm.lat, alarm.lon)
    code = _required(alarm.code)
    yield _alarm(
        item_no,
        imei,
        raised_at,
        origin="poll",
        alarm_class="tsp",
        code=code,
        place=place,
        name=alarm.name,
    )
    fixed_at = intake.kept(alarm.fixed_at)
    if place and fixed_at:
        data = present(lat=place.lat, lon=place.lon, speed_kmh=alarm.speed_kmh, quality="gps")
        yield Fact(item_no, "position_fix", imei, fixed_at, data)


def _alarm(
    item_no: int,
    imei: str,
    raised_at: datetime,
    *,
    origin: str,
    alarm_class: str,
    code: str,
    place: Place | None,
    name: str | None = None,
    cleared: bool = False,
) -> Fact:
    code = _SPELLINGS.get(alarm_class, {}).get(code.lower(), code)
    data = present(
        code=code,
        **{"class": alarm_class},
        name=name or ALARM_NAMES.get(alarm_class, {}).get(code),
        origin=origin,
        lat=place.lat if place else None,
        lon=place.lon if place else None,
        cleared=cleared or None,
    )
    return Fact(item_no, "alarm", imei, raised_at, data)


def _hub_code(alarm: HubAlarm) -> tuple[str, str, bool]:
    alarm_class = f"hub{alarm.message_class or 0}"
    code = _required(alarm.code)
    cleared = code.lower() == _CLEARED
    if cleared:
        code = _required(alarm.cleared_code)
    if alarm_class == "hub1" and alarm.sub_code and code in CODES_WITH_SUB_CODE:
        code = f"{code}.{alarm.sub_code}"
    return alarm_class, code, cleared


def _required(code: str | None) -> str:
    if code is None:
        raise Rejected("wrong_type", "the alarm carries no code")
    return code
