"""Raw rows to feed the parser: the shipped samples, and bodies made of items."""

import json
from dataclasses import replace
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
SAMPLES_RECEIVED_AT = datetime(2026, 7, 14, 12, tzinfo=UTC)
LIMITS = Limits(datetime(2026, 1, 1, tzinfo=UTC), timedelta(seconds=600))
VAN, CAM, OBD, BIKE = "869999050001018", "869999050001026", "869999050001034", "869999050001042"
LOCATION_LIST = "jimi.user.device.location.list"
LOCATION_GET = "jimi.device.location.get"
TRACK_LIST = "jimi.device.track.list"
ALARM_LIST = "jimi.device.alarm.list"
DEVICE_LIST = "jimi.user.device.list"
DEVICE_DETAIL = "jimi.track.device.detail"
MILEAGE = "jimi.device.track.mileage"
TRIP_REPORT = "jimi.open.platform.report.trips"
PARKING = "jimi.open.platform.report.parking"
OBD_LIST = "jimi.device.obd.list"
CHILD_LIST = "jimi.user.child.list"
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
    "poll_error_1207": "jimi.device.media.history.list.get",
    "poll_error_12005": "jimi.open.instruction.send",
    "poll_error": LOCATION_LIST,
    "poll_device_location_get": LOCATION_GET,
    "poll_device_location_url_share": "jimi.device.location.url.share",
    "poll_device_track_list": TRACK_LIST,
    "poll_device_alarm_list": ALARM_LIST,
    "garbage_poll_alarm": ALARM_LIST,
    "poll_user_device_list": DEVICE_LIST,
    "poll_track_device_detail": DEVICE_DETAIL,
    "poll_device_track_mileage": MILEAGE,
    "poll_report_trips": TRIP_REPORT,
    "poll_report_parking": PARKING,
    "poll_device_obd_list": OBD_LIST,
    "poll_device_obd_fault": "jimi.device.obd.fault",
    "poll_user_child_list": CHILD_LIST,
    "poll_rfid_list": "jimi.open.device.rfid.list",
    "poll_fence_duration": "jimi.open.platform.report.fence.duration",
    "poll_platform_fence_list": "jimi.open.platform.fence.list",
    "poll_platform_fence_create": "jimi.open.platform.fence.create",
    "poll_platform_fence_bind": "jimi.open.platform.fence.bind",
    "poll_device_fence_create": "jimi.open.device.fence.create",
    "poll_device_move": "jimi.open.device.move",
    "poll_instruction_list": "jimi.open.instruction.list",
    "poll_instruction_send": "jimi.open.instruction.send",
    "poll_instruction_result": "jimi.open.instruction.result",
    "poll_live_page_url": "jimi.device.live.page.url",
    "poll_media_live_stream": "jimi.device.media.live.stream",
    "poll_device_jimi_media_url": "jimi.device.jimi.media.url",
    "poll_media_event_url": "jimi.device.media.event.url",
    "poll_media_history_list_get": "jimi.device.media.history.list.get",
    "poll_media_cmd_send": "jimi.device.meida.cmd.send",
    "poll_device_group_list": "jimi.device.group.list",
    "poll_token": "jimi.oauth.token.get",
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
    return answered(method, {"result": result}, **meta)


def answered(method: str, payload: dict[str, Any], **meta: Any) -> Raw:
    """A poll's successful answer with the given payload, in `result`, `data` or both."""
    body = orjson.dumps({"code": 0, "message": "success", **payload})
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
    """The raw row that a manifest entry's file arrives as, at noon of the samples' day."""
    return replace(_sample(entry), received_at=SAMPLES_RECEIVED_AT)


def _sample(entry: dict[str, Any]) -> Raw:
    name = entry["file"]
    body = (SAMPLES / name).read_bytes()
    endpoint = entry.get("endpoint", "poll")
    if endpoint.startswith("/your-single-url"):
        return row("jimi.push", _message_type(body), body, family="a")
    if endpoint.startswith("/"):
        return row("jimi.push", endpoint[1:].lower(), body)
    method = next(method for prefix, method in METHOD_OF_SAMPLE.items() if name.startswith(prefix))
    return row("jimi.poll", method, body, **POLL_META)


def decoded(raw: Raw) -> Any:
    """The JSON of a row's body, a form's list fields decoded; None where there is none."""
    text = raw.body.decode("utf-8", errors="replace")
    try:
        if text.startswith(("{", "[")):
            return json.loads(text)
        fields: dict[str, Any] = {name: values[0] for name, values in parse_qs(text).items()}
        return fields | {name: json.loads(fields[name]) for name in ("data_list", "data") if name in fields} or None
    except ValueError:
        return None


def members_of(tree: Any) -> set[str]:
    """The names of all members, at whatever depth."""
    if isinstance(tree, dict):
        return set(tree).union(*map(members_of, tree.values()))
    return set().union(*map(members_of, tree)) if isinstance(tree, list) else set()


def manifest() -> list[dict[str, Any]]:
    """The entries of the samples' manifest that are bodies."""
    files = orjson.loads((SAMPLES / "manifest.json").read_bytes())["files"]
    return [entry for entry in files if entry["kind"] != "table"]


def _message_type(body: bytes) -> str:
    fields = orjson.loads(body) if body.startswith(b"{") else parse_qs(body.decode())
    name = fields.get("msgType", "probe")
    return name[0] if isinstance(name, list) else name
