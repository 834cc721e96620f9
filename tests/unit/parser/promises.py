"""What the parser promises of every outcome, whatever came in."""

import math
from datetime import timedelta
from typing import Any

import orjson

from fleet.model import Fact, Parsed, Raw
from fleet.parser import parse
from fleet.parser.dispatch import PARSER_FAULT
from fleet.parser.refusal import REASONS
from unit.parser.bodies import LIMITS

KINDS = {
    "position_fix": {
        "lat", "lon", "speed_kmh", "heading_deg", "altitude_m", "satellites", "ignition", "quality",
        "odometer_m", "gate_at", "reupload",
    },
    "heartbeat": {"ignition", "battery_pct", "gsm_pct", "external_power", "voltage_v"},
    "alarm": {"code", "class", "name", "origin", "lat", "lon", "cleared"},
    "device_listed": {
        "name", "plate", "driver", "phone", "sim", "model", "group", "account", "expires_at", "enabled",
    },
    "listing_completed": {"run_id", "targets", "count"},
    "device_seen": {"why"},
    "vehicle_listed": {
        "plate", "device_class", "cost_centre", "city", "driver", "driver_phone", "make", "model",
    },
}  # fmt: skip
REQUIRED = {
    "position_fix": {"lat", "lon", "quality"},
    "heartbeat": set(),
    "alarm": {"code", "class", "origin"},
    "device_listed": set(),
    "listing_completed": {"run_id", "targets", "count"},
    "device_seen": {"why"},
    "vehicle_listed": {"plate"},
}
RANGES = {
    "lat": (-90, 90),
    "lon": (-180, 180),
    "speed_kmh": (0, 400),
    "heading_deg": (0, math.nextafter(360, 0)),
    "altitude_m": (-500, 20_000),
    "satellites": (0, 99),
    "odometer_m": (0, 1e10),
    "battery_pct": (0, 100),
    "gsm_pct": (0, 100),
    "voltage_v": (0, 100),
}
FLAGS = {"ignition", "reupload", "external_power", "cleared", "enabled"}


def assert_promises_hold(raw: Raw) -> Parsed:
    """Parse the row and check all that must hold of the outcome."""
    parsed = parse(raw, LIMITS)
    assert parse(raw, LIMITS) == parsed
    for rejection in parsed.rejections:
        assert rejection.reason in REASONS
        assert not rejection.detail.startswith(PARSER_FAULT), rejection
        assert _storable(rejection.detail)
    for fact in parsed.facts:
        _check_fact(fact, raw)
    keys = [(fact.item, fact.kind) for fact in parsed.facts]
    assert len(set(keys)) == len(keys)
    return parsed


def _check_fact(fact: Fact, raw: Raw) -> None:
    assert REQUIRED[fact.kind] <= set(fact.data) <= KINDS[fact.kind]
    assert fact.occurred_at.utcoffset() == timedelta(0)
    assert LIMITS.min_device_time <= fact.occurred_at <= raw.received_at + LIMITS.max_device_ahead
    assert fact.imei is None or (fact.imei.isascii() and fact.imei.isdecimal())
    assert _storable(orjson.dumps(fact.data).decode())
    for name, value in fact.data.items():
        _check_value(name, value)


def _check_value(name: str, value: Any) -> None:
    assert value is not None
    if name in RANGES:
        low, high = RANGES[name]
        assert type(value) in (int, float)
        assert low <= value <= high
    elif name in FLAGS:
        assert type(value) is bool
    elif name == "quality":
        assert value in ("gps", "lbs", "wifi")
    elif isinstance(value, str):
        assert 0 < len(value) <= 200


def _storable(text: str) -> bool:
    return "\x00" not in text and "\\u0000" not in text and text.encode("utf-8") is not None
