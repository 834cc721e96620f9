"""What an item is counted as, and under which device: topics as data. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from fleet.model import Raw
from fleet.parser.coercion import read_imei
from fleet.parser.envelope import poll_items, push_items
from fleet.parser.refusal import Rejected
from fleet.parser.registry import ROUTES

KINDS: Final[Mapping[str, str]] = {
    "jimi.user.device.location.list": "gps",
    "jimi.device.location.get": "gps",
    "jimi.device.track.list": "gps",
    "jimi.device.alarm.list": "alarm",
    "jimi.user.device.list": "device",
    "jimi.track.device.detail": "device",
    "jimi.device.track.mileage": "trip",
    "jimi.open.platform.report.trips": "trip",
    "jimi.open.platform.report.parking": "parking",
    "jimi.device.obd.list": "obd",
    "jimi.device.obd.fault": "fault",
    "jimi.open.device.rfid.list": "rfid",
    "jimi.push.device.alarm": "platform_alarm",
    "jimi.open.instruction.raw.receive": "instruction_raw",
    "pushfaultinfo": "fault",
    "pushtripreport": "trip",
}
SANDBOX_KINDS: Final[Mapping[str, str]] = {
    "expired": "gps",
    "idling": "parking",
    "trip_day": "trip",
    "instructresponse_offline": "instructresponse",
}
"""What the sandbox counts apart though it comes by one topic."""

_IMEI: Final = ("imei", "deviceImei", "deviceId", "_imei")


def kind_of(topic: str) -> str:
    """A topic's kind: `gps` for pushgps and the polled places alike; else the topic's own name."""
    return KINDS.get(topic) or topic.removeprefix("push")


def transport_of(source: str) -> str:
    """push, poll, or for what we brought ourselves the source."""
    return source.removeprefix("jimi.")


def items_in(raw: Raw) -> list[Any]:
    """The items of a body in the parser's numbering; none where it carries none or cannot be opened."""
    route = ROUTES.get((raw.source, raw.topic))
    if route is None and not raw.source.startswith("jimi."):
        return []
    opened = route.items if route else push_items if raw.source == "jimi.push" else poll_items
    try:
        return opened(raw.body) or []
    except Rejected:
        return []


def imei_of(item: Any, raw: Raw) -> str:
    """The device that an item is about; empty where neither it nor the request names one."""
    if isinstance(item, dict):
        inner = item.get("data")
        for holder in (item, inner if isinstance(inner, dict) else {}):
            for name in _IMEI:
                if imei := _read(holder.get(name)):
                    return imei
    params = raw.request_meta.get("params")
    return _read(params.get("imei")) if isinstance(params, dict) else ""


def _read(value: Any) -> str:
    try:
        return "" if value is None else read_imei(value) or ""
    except ValueError:
        return ""
