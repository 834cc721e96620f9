"""Readings of sensors, fault codes, radio cells and device events."""

import json
from datetime import UTC, datetime

import pytest

from unit.parser.bodies import (
    CAM,
    OBD,
    RECEIVED_AT,
    VAN,
    answered,
    only_fact,
    outcome,
    pushed,
    reasons,
    row,
    sample,
)

AT = {"deviceImei": OBD, "gateTime": "2026-07-14 06:05:25"}
READINGS = {
    "origin": "push",
    "engine_rpm": 1875.0,
    "speed_kmh": 42.0,
    "coolant_c": 88.0,
    "fuel_pct": 54.0,
    "voltage_v": 14.1,
    "odometer_m": 91_244_000.0,
}


def _guessed(topic, **members):
    return pushed(topic, [AT | members])


def test_flat_and_nested_obd_readings_are_the_same_reading():
    flat = only_fact(sample({"file": "push_obd_guess.form", "endpoint": "/pushobd"}))
    nested = only_fact(sample({"file": "push_obd_nested_guess.form", "endpoint": "/pushobd"}))
    assert nested.occurred_at == flat.occurred_at == datetime(2026, 7, 14, 6, 5, 23, tzinfo=UTC)
    assert nested.data == READINGS
    assert flat.data == READINGS | {"device_odometer_m": 3_021_700.0, "vin": "JTDEMO0000000303C"}


@pytest.mark.parametrize(
    "nest", [json.dumps, lambda readings: readings, lambda readings: {"inner": [1], "obd": readings}]
)
def test_readings_are_found_in_any_casing_and_any_nesting(nest):
    fact = only_fact(_guessed("pushobd", payload=nest({"Engine_RPM": "900", "FUEL_LEVEL_PCT": 40})))
    assert fact.data == {"origin": "push", "engine_rpm": 900.0, "fuel_pct": 40.0}


def test_a_polled_obd_row_counts_its_voltage_in_tenths():
    facts = outcome(sample({"file": "poll_device_obd_list.json"})).facts
    assert [fact.data["voltage_v"] for fact in facts] == [14.1, 14.0]
    assert facts[0].data["origin"] == "poll"


@pytest.mark.parametrize("topic", ["pushobd", "pushoil", "pushtem", "pushlbs", "pushfaultinfo"])
def test_an_item_in_which_nothing_known_is_told_waits_as_a_rejection(topic):
    assert reasons(outcome(_guessed(topic, novelty=5))) == ["wrong_type"]


@pytest.mark.parametrize("topic", ["pushobd", "pushoil", "pushtem", "pushlbs", "pushfaultinfo", "pushevent", "rfid"])
def test_a_pushed_item_of_an_unbelievable_time_is_a_sign_of_life(topic):
    item = {"deviceImei": OBD, "gateTime": "2019-01-01 00:00:00", "operationTime": "2019-01-01 00:00:00"}
    parsed = outcome(pushed(topic, [item]))
    assert reasons(parsed) == ["implausible_time"]
    assert [(fact.kind, fact.occurred_at) for fact in parsed.facts] == [("device_seen", RECEIVED_AT)]


def test_a_fault_has_its_code_in_capitals_polled_or_pushed():
    pushed_one = only_fact(_guessed("pushfaultinfo", faultCode="p0128", eventTime="2026-07-14 06:06:00"))
    row_ = {"imei": OBD, "faultCode": "P0128", "eventTime": "2026-07-14 06:06:00"}
    polled_one = only_fact(answered("jimi.device.obd.fault", {"result": None, "data": {"result": [row_]}}))
    assert pushed_one.data == {"origin": "push", "code": "P0128"}
    assert polled_one.data == {"origin": "poll", "code": "P0128"}
    assert pushed_one.occurred_at == polled_one.occurred_at


@pytest.mark.parametrize(
    ("unit", "data"),
    [
        ("L", {"fuel_l": 43.5}),
        ("%", {"fuel_pct": 43.5}),
        (1, {"level": 43.5, "unit": "1"}),
        ("gallons", {"level": 43.5, "unit": "gallons"}),
        ("", {"level": 43.5}),
    ],
)
def test_a_fuel_level_has_a_unit_only_where_the_unit_names_itself(unit, data):
    assert only_fact(_guessed("pushoil", value="43.5", unit=unit)).data == data


def test_a_temperature_may_come_without_humidity():
    assert only_fact(_guessed("pushtem", temperature="-4.6", humidity="")).data == {"temperature_c": -4.6}


def test_heard_cells_are_told_one_by_one():
    fact = only_fact(sample({"file": "push_lbs.form", "endpoint": "/pushlbs"}))
    assert fact.data == {
        "quality": "lbs",
        "mcc": "639",
        "mnc": "2",
        "cells": [{"lac": 1201, "cell_id": 40511, "rssi": 62}, {"lac": 1201, "cell_id": 40512, "rssi": 55}],
    }


def test_heard_access_points_are_told_one_by_one_and_broken_ones_left_out():
    told = {"wifiList": "AA:BB,-60|CC:DD|EE:FF,loud|,-7"}
    fact = only_fact(_guessed("pushlbs", postType="WIFI", lbsJson=json.dumps(told)))
    assert fact.data == {"quality": "wifi", "access_points": [{"mac": "aa:bb", "rssi": -60}]}


@pytest.mark.parametrize(("text", "reason"), [("{mcc:639,", "not_json"), ("[]", "wrong_type"), ("{}", "wrong_type")])
def test_cells_that_cannot_be_read_wait_as_a_rejection(text, reason):
    assert reasons(outcome(_guessed("pushlbs", lbsJson=text))) == [reason]


@pytest.mark.parametrize(
    ("file", "endpoint", "data"),
    [
        ("push_fileupload", "/pushfileupload", {"event": "file_upload_ended", "succeeded": True}),
        ("push_ftpfileupload", "/pushftpfileupload", {"event": "ftp_upload_ended", "succeeded": True}),
        ("push_resourcelist", "/pushresourcelist", {"event": "recording_listed", "channel": "1"}),
        ("push_iothubevent", "/pushiothubevent", {"event": "alarm_file_uploaded"}),
        ("push_terminaltransinfo", "/pushterminaltransinfo", {"event": "transparent_data", "extension_id": "8197"}),
        ("push_instructresponse", "/pushinstructresponse", {"event": "command_answered", "answer": "RELAY OK"}),
        ("push_rfid_guess", "/rfid", {"event": "card_read", "card": "00A1B2C3"}),
        ("push_uploadcallback", "/uploadcallback", {"event": "alarm_file_uploaded", "camera": "0"}),
        ("tsp_push_instruction_raw", "/your-single-url", {"event": "command_answered", "answer": "7878DEMO0D0A"}),
    ],
)
def test_what_happened_to_a_device_is_an_event_with_a_name_of_ours(file, endpoint, data):
    fact = only_fact(sample({"file": f"{file}.form", "endpoint": endpoint}))
    assert fact.kind == "device_event"
    assert fact.data.items() >= data.items()


def test_logins_are_named_and_unknown_events_pass_through():
    items = [AT | {"type": told} for told in ("LOGIN", "logout", "Teleported")]
    events = [fact.data["event"] for fact in outcome(pushed("pushevent", items)).facts]
    assert events == ["login", "logout", "Teleported"]
    assert reasons(outcome(pushed("pushevent", [AT]))) == ["wrong_type"]


def test_an_answer_to_a_command_happened_when_we_received_it():
    parsed = outcome(pushed("pushinstructresponse", [{"code": 0, "data": {"_imei": VAN, "_content": "OK"}}]))
    assert [(fact.imei, fact.occurred_at) for fact in parsed.facts] == [(VAN, RECEIVED_AT)]


def test_a_flat_form_is_one_item_and_an_empty_envelope_none():
    flat = b"imei=869999050001026&filename=a.jpg&alarmTime=2026-07-14+05%3A20%3A31"
    assert only_fact(row("jimi.push", "uploadcallback", flat)).imei == CAM
    for empty in (b"data_list=", b"data_list=[]", b""):
        assert outcome(row("jimi.push", "uploadcallback", empty)).facts == []
