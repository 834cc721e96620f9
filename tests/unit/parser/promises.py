"""What the parser promises of every outcome, whatever came in."""

import json
import math
from datetime import timedelta
from typing import Any

import orjson

from fleet.model import Fact, Parsed, Raw
from fleet.parser import parse
from fleet.parser.dispatch import PARSER_FAULT
from fleet.parser.refusal import REASONS
from unit.parser.bodies import LIMITS

PLACE = {"lat", "lon"}
STATED = {"by", "reason", "cleared"}
KINDS = {
    "position_fix": PLACE | {
        "speed_kmh", "heading_deg", "altitude_m", "satellites", "ignition", "quality", "odometer_m", "gate_at",
        "reupload",
    },
    "heartbeat": {"ignition", "battery_pct", "gsm_pct", "external_power", "voltage_v"},
    "alarm": PLACE | {"code", "class", "name", "origin", "cleared"},
    "device_listed": {
        "name", "plate", "driver", "phone", "sim", "model", "group", "account", "expires_at", "enabled",
        "iccid", "vin", "fuel_l_per_100km", "odometer_m",
    },
    "listing_completed": {"run_id", "targets", "count"},
    "device_seen": {"why"},
    "trip_reported": {
        "origin", "ended_at", "duration_s", "distance_m", "avg_speed_kmh", "max_speed_kmh", "start_lat", "start_lon",
        "end_lat", "end_lon", "start_odometer_m", "end_odometer_m", "fuel_l", "fuel_l_per_100km",
    },
    "parking_reported": PLACE | {"idle", "ended_at", "duration_s", "address"},
    "obd_reading": {
        "origin", "engine_rpm", "speed_kmh", "coolant_c", "fuel_pct", "fuel_l", "voltage_v", "odometer_m",
        "device_odometer_m", "vin",
    },
    "fault_code": {"origin", "code", "detail"},
    "fuel_reading": {"fuel_l", "fuel_pct", "level", "unit"},
    "temperature_reading": {"temperature_c", "humidity_pct"},
    "lbs_reading": {"quality", "mcc", "mnc", "cells", "access_points"},
    "device_event": {
        "event", "timezone", "files", "succeeded", "channel", "instruction_id", "camera", "mime_type", "detail", "card",
        "extension_id", "command", "answer", "result_code",
    },
    "account_listed": {"account", "parent", "name", "account_type", "company", "enabled"},
    "vehicle_listed": {
        "plate", "device_class", "cost_centre", "city", "driver", "driver_phone", "make", "model",
    },
    "driver_listed": {"driver", "staff_no", "phone", "city", "cost_centre", "shift_area", "active"},
    "roster_entry": {"driver", "plate", "shift_starts", "shift_ends"},
    "cost_centre_listed": {"cost_centre", "code"},
    "fuel_fill": {
        "fill_id", "plate", "fuel_l", "cost_kes", "odometer_m", "fuel_type", "driver", "department", "updated_at",
        "deleted",
    },
    "vehicle_set": STATED | {"plate", "cost_centre", "city", "make", "model"},
    "device_set": STATED | {"device_class", "sim"},
    "device_assigned": STATED | {"plate", "valid_from"},
    "lifecycle_set": STATED | {"to"},
    "driver_set": STATED | {"name", "phone", "staff_no", "city", "cost_centre", "shift_area", "active"},
    "driver_assigned": STATED | {"plate", "driver", "valid_from"},
    "cost_centre_set": STATED | {"name", "code"},
    "city_set": STATED | {"city"},
    "account_set": STATED | {"code", "name", "polled"},
}  # fmt: skip
REQUIRED = {
    "position_fix": {"lat", "lon", "quality"},
    "alarm": {"code", "class", "origin"},
    "listing_completed": {"run_id", "targets", "count"},
    "device_seen": {"why"},
    "trip_reported": {"origin"},
    "obd_reading": {"origin"},
    "fault_code": {"origin", "code"},
    "device_event": {"event"},
    "account_listed": {"account"},
    "vehicle_listed": {"plate"},
    "driver_listed": {"driver"},
    "roster_entry": {"driver", "plate"},
    "cost_centre_listed": {"cost_centre"},
    "fuel_fill": {"fill_id", "plate"},
}
WITHOUT_DEVICE = {
    *("listing_completed", "account_listed", "vehicle_listed", "driver_listed", "roster_entry", "cost_centre_listed"),
    *("fuel_fill", "vehicle_set", "driver_set", "driver_assigned", "cost_centre_set", "city_set", "account_set"),
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
    "device_odometer_m": (0, 1e10),
    "distance_m": (0, 1e10),
    "duration_s": (0, 1e8),
    "engine_rpm": (0, 20_000),
    "coolant_c": (-100, 300),
    "temperature_c": (-100, 300),
    "humidity_pct": (0, 100),
    "fuel_pct": (0, 100),
    "fuel_l": (0, 10_000),
    "start_lat": (-90, 90),
    "end_lon": (-180, 180),
    "avg_speed_kmh": (0, 400),
    "max_speed_kmh": (0, 400),
}
LISTS = {"targets", "cells", "access_points", "cleared"}
FLAGS = {"ignition", "reupload", "external_power", "cleared", "enabled", "idle", "succeeded", "active", "deleted"}


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
    assert REQUIRED.get(fact.kind, set()) <= set(fact.data) <= KINDS[fact.kind], fact
    assert fact.occurred_at.utcoffset() == timedelta(0)
    assert LIMITS.min_device_time <= fact.occurred_at <= raw.received_at + LIMITS.max_device_ahead
    assert fact.kind in WITHOUT_DEVICE or fact.imei is not None
    assert fact.imei is None or (fact.imei.isascii() and fact.imei.isdecimal())
    assert _storable(orjson.dumps(fact.data).decode())
    assert json.loads(json.dumps(fact.data, allow_nan=False)) == fact.data
    for name, value in fact.data.items():
        _check_value(name, value)


def _check_value(name: str, value: Any) -> None:
    assert value is not None
    if name in RANGES:
        low, high = RANGES[name]
        assert type(value) in (int, float)
        assert low <= value <= high
    elif name in FLAGS and not isinstance(value, list):
        assert type(value) is bool
    elif name == "quality":
        assert value in ("gps", "lbs", "wifi")
    elif isinstance(value, str):
        assert 0 < len(value) <= 200
    elif isinstance(value, list):
        assert name in LISTS
        assert value
        assert None not in value


def _storable(text: str) -> bool:
    return "\x00" not in text and "\\u0000" not in text and text.encode("utf-8") is not None
