"""Raw rows to feed the parser: the shipped samples, and bodies made of items."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import orjson

from fleet.model import Fact, Parsed, Raw
from fleet.parser import Limits, parse
from fleet.parser.dispatch import PARSER_FAULT

SAMPLES = Path(__file__).parents[2] / "samples" / "jimi"
RECEIVED_AT = datetime(2026, 7, 14, 6, 30, tzinfo=UTC)
LIMITS = Limits(datetime(2026, 1, 1, tzinfo=UTC), timedelta(seconds=600))
VAN, CAM, OBD, BIKE = "869999050001018", "869999050001026", "869999050001034", "869999050001042"
LOCATION_LIST = "jimi.user.device.location.list"
LOCATION_GET = "jimi.device.location.get"
TRACK_LIST = "jimi.device.track.list"
ALARM_LIST = "jimi.device.alarm.list"
DEVICE_LIST = "jimi.user.device.list"
DEVICE_DETAIL = "jimi.track.device.detail"
POLL_META = {
    "params": {"imei": VAN, "target": "demo_nairobi"},
    "requested_at": "2026-07-14T06:29:58Z",
    "account": "demo_fleet_root",
    "run_id": "run-17",
}
METHOD_OF_SAMPLE = {
    "poll_user_device_location_list": LOCATION_LIST,
    "garbage_poll_location": LOCATION_LIST,
    "garbage_poll_result_null": LOCATION_LIST,
    "garbage_poll_html_body": LOCATION_LIST,
    "poll_error": LOCATION_LIST,
    "poll_device_location_get": LOCATION_GET,
    "poll_device_track_list": TRACK_LIST,
    "poll_device_alarm_list": ALARM_LIST,
    "garbage_poll_alarm": ALARM_LIST,
    "poll_user_device_list": DEVICE_LIST,
    "poll_track_device_detail": DEVICE_DETAIL,
    "poll_device_track_mileage": "jimi.device.track.mileage",
    "poll_report_trips": "jimi.open.platform.report.trips",
    "poll_report_parking": "jimi.open.platform.report.parking",
    "poll_device_obd_list": "jimi.device.obd.list",
    "poll_device_obd_fault": "jimi.device.obd.fault",
    "poll_user_child_list": "jimi.user.child.list",
    "poll_rfid_list": "jimi.open.device.rfid.list",
}


def row(source: str, topic: str, body: bytes, **meta: Any) -> Raw:
    """A raw row as the gateway or cron would have appended it."""
    return Raw(7, RECEIVED_AT, source, topic, "", body, meta)


def pushed(topic: str, items: Any, form: bool = True) -> Raw:
    """A family B push of the given items."""
    if form:
        fields = {"token": "demo-push-token", "data_list": json.dumps(items)}
        return row("jimi.push", topic, urlencode(fields).encode())
    return row("jimi.push", topic, orjson.dumps({"token": "demo-push-token", "data_list": items}))


def polled(method: str, result: Any, **meta: Any) -> Raw:
    """A poll's answer with the given result."""
    body = orjson.dumps({"code": 0, "message": "success", "result": result})
    return row("jimi.poll", method, body, **(POLL_META | meta))


def gps_item(**changes: Any) -> dict[str, Any]:
    """A good /pushgps item, changed; a change to `...` leaves the member out."""
    item = orjson.loads((SAMPLES / "push_gps.json").read_bytes())["data_list"][0] | changes
    return {name: value for name, value in item.items() if value is not ...}


def location_item(**changes: Any) -> dict[str, Any]:
    """A good row of the location list, changed."""
    return orjson.loads((SAMPLES / "poll_user_device_location_list.json").read_bytes())["result"][0] | changes


def outcome(raw: Raw) -> Parsed:
    """What the parser makes of the row, which is never a fault of its own."""
    parsed = parse(raw, LIMITS)
    assert not [r for r in parsed.rejections if r.detail.startswith(PARSER_FAULT)]
    return parsed


def only_fact(raw: Raw) -> Fact:
    """The row's one fact; it has no rejection."""
    parsed = outcome(raw)
    assert parsed.rejections == []
    (fact,) = parsed.facts
    return fact


def reasons(parsed: Parsed) -> list[str]:
    """The reasons of the rejections, in order."""
    return [rejection.reason for rejection in parsed.rejections]


def sample(entry: dict[str, Any]) -> Raw:
    """The raw row that a manifest entry's file arrives as."""
    name = entry["file"]
    body = (SAMPLES / name).read_bytes()
    endpoint = entry.get("endpoint", "poll")
    if endpoint.startswith("/your-single-url"):
        return row("jimi.push", _message_type(body), body, family="a")
    if endpoint.startswith("/"):
        return row("jimi.push", endpoint[1:].lower(), body)
    method = next((m for prefix, m in METHOD_OF_SAMPLE.items() if name.startswith(prefix)), LOCATION_LIST)
    return row("jimi.poll", method, body, **POLL_META)


def manifest() -> list[dict[str, Any]]:
    """The entries of the samples' manifest that are bodies."""
    files = orjson.loads((SAMPLES / "manifest.json").read_bytes())["files"]
    return [entry for entry in files if entry["kind"] != "table"]


def _message_type(body: bytes) -> str:
    fields = orjson.loads(body) if body.startswith(b"{") else parse_qs(body.decode())
    name = fields.get("msgType", "probe")
    return name[0] if isinstance(name, list) else name
