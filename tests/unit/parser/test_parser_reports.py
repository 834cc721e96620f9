"""Trips, stops and the tree of accounts, as reports tell them."""

from datetime import UTC, datetime

import orjson
import pytest

from fleet.parser.contracts.units import DISTANCES
from unit.parser.bodies import (
    CHILD_LIST,
    DEVICE_DETAIL,
    LOCATION_LIST,
    MILEAGE,
    OBD,
    OBD_LIST,
    PARKING,
    TRIP_REPORT,
    VAN,
    answered,
    location_item,
    only_fact,
    outcome,
    polled,
    pushed,
    reasons,
    sample,
)

TRIP = {"imei": VAN, "startTime": "2026-07-14 05:31:05", "endTime": "2026-07-14 05:52:05", "distance": 6842.0}
STOP = {"imei": VAN, "startTime": "2026-07-14T05:52:05.000Z", "endTime": "2026-07-14T06:05:10.000Z", "acc": "off"}
PUSHED_TRIP = {"deviceImei": OBD, "gateTime": "2026-07-14 06:20:05"} | {
    name: value for name, value in TRIP.items() if name != "imei"
}


def _stops(*rows, **meta):
    return answered(PARKING, {"result": None, "data": {"totalTime": "9", "rows": list(rows)}}, **meta)


def _report(*devices):
    return answered(TRIP_REPORT, {"result": None, "data": {"dayList": list(devices)}})


def test_a_trip_of_the_mileage_method_reads_field_by_field():
    fact, _ = outcome(sample({"file": "poll_device_track_mileage.json"})).facts
    assert (fact.kind, fact.imei) == ("trip_reported", VAN)
    assert fact.occurred_at == datetime(2026, 7, 14, 5, 31, 5, tzinfo=UTC)
    assert fact.data == {
        "origin": "mileage",
        "ended_at": "2026-07-14T05:52:05Z",
        "duration_s": 1260.0,
        "distance_m": 6842.0,
        "avg_speed_kmh": 19.55,
        "max_speed_kmh": 61.0,
        "start_lat": -1.28333,
        "start_lon": 36.82194,
        "end_lat": -1.26715,
        "end_lon": 36.80421,
        "start_odometer_m": 48_213_450.0,
        "end_odometer_m": 48_220_292.0,
    }


def test_a_trip_out_of_a_report_tells_fuel_as_well():
    fact = only_fact(sample({"file": "poll_report_trips_list.json"}))
    assert (fact.data["origin"], fact.data["fuel_l"], fact.data["fuel_l_per_100km"]) == ("report", 0.66, 9.6)
    assert (fact.data["distance_m"], fact.data["duration_s"]) == (6842.0, 1260.0)


def test_a_pushed_trip_reads_in_any_casing():
    fact = only_fact(pushed("pushtripreport", [{name.upper(): value for name, value in PUSHED_TRIP.items()}]))
    assert (fact.imei, fact.data["origin"], fact.data["distance_m"]) == (OBD, "push", 6842.0)


def test_every_trip_of_every_device_and_day_is_an_item_of_its_own():
    day = {"Searchdate": "2026-07-14", "dayData": [TRIP, TRIP]}
    parsed = outcome(_report({"tripsData": [day, day]}, "no device", {"tripsData": None}, {"tripsData": [7]}))
    assert [fact.item for fact in parsed.facts] == [0, 1, 2, 3]
    assert [(r.item, r.reason) for r in parsed.rejections] == [(4, "not_object"), (5, "not_object")]


def test_a_trip_that_goes_on_has_no_end():
    fact = only_fact(polled(MILEAGE, [TRIP | {"endTime": ""}]))
    assert "ended_at" not in fact.data


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"startTime": ""}, "missing_time"),
        ({"startTime": "2019-01-01 00:00:14"}, "implausible_time"),
        ({"endTime": "2026-07-14 05:31:04"}, "implausible_time"),
        ({"endTime": "2026-07-15 05:31:04"}, "implausible_time"),
        ({"endTime": "later"}, "wrong_type"),
        ({"imei": "x"}, "wrong_type"),
    ],
)
def test_a_trip_or_stop_of_unbelievable_times_is_rejected(changes, reason):
    for raw in (polled(MILEAGE, [TRIP | changes]), _stops(STOP | changes)):
        assert (outcome(raw).facts, reasons(outcome(raw))) == ([], [reason])


def test_a_pushed_trip_of_unbelievable_times_is_a_sign_of_life():
    parsed = outcome(pushed("pushtripreport", [PUSHED_TRIP | {"startTime": "2019-01-01 00:00:14"}]))
    assert reasons(parsed) == ["implausible_time"]
    (seen,) = parsed.facts
    assert (seen.kind, seen.occurred_at) == ("device_seen", datetime(2026, 7, 14, 6, 20, 5, tzinfo=UTC))


def test_ends_of_a_trip_that_are_no_place_are_left_out():
    fact = only_fact(polled(MILEAGE, [TRIP | {"startLat": 0, "startLng": 0, "endLat": 99, "endLng": 36}]))
    assert not {"start_lat", "start_lon", "end_lat", "end_lon"} & set(fact.data)


def test_a_stop_reads_field_by_field():
    fact = outcome(sample({"file": "poll_report_parking_off.json"})).facts[0]
    assert (fact.kind, fact.imei) == ("parking_reported", VAN)
    assert fact.occurred_at == datetime(2026, 7, 14, 5, 52, 5, tzinfo=UTC)
    assert fact.data == {
        "idle": False,
        "ended_at": "2026-07-14T09:05:10Z",
        "duration_s": 11585.0,
        "lat": -1.26715,
        "lon": 36.80421,
        "address": "Demo Rd, Westlands, Nairobi, Kenya",
    }


@pytest.mark.parametrize(("told", "asked", "idle"), [("on", "off", True), ("", "on", True), (None, "off", False)])
def test_a_stop_says_itself_whether_it_idles_and_else_the_request_does(told, asked, idle):
    assert only_fact(_stops(STOP | {"acc": told}, params={"acc_type": asked})).data["idle"] is idle


def test_a_stop_of_unknown_kind_says_nothing_of_idling():
    assert "idle" not in only_fact(_stops(STOP | {"acc": ""}, params={})).data


def test_an_account_is_listed_below_the_one_that_was_asked_about():
    facts = outcome(sample({"file": "poll_user_child_list.json"})).facts
    assert {(fact.kind, fact.imei) for fact in facts} == {("account_listed", None)}
    assert facts[2].data == {
        "account": "demo_kampala",
        "parent": "demo_nairobi",
        "name": "Demo Fleet Kampala",
        "account_type": "distributor",
        "enabled": True,
    }
    assert reasons(outcome(polled(CHILD_LIST, [{"name": "nobody"}]))) == ["wrong_type"]


def _distance_told(topic, field, told):
    """The metres that a body of the topic comes to when its field tells `told`."""
    readings = {"deviceImei": OBD, "gateTime": "2026-07-14 06:05:25", field: told}
    obd_row = {"imei": OBD, "dataReportTime": "2026-07-14 6:05:23", field: told}
    gps = orjson.loads((sample({"file": "push_gps_jsonbody.json", "endpoint": "/pushgps"})).body)["data_list"][0]
    return {
        "pushgps": lambda: pushed(topic, [gps | {field: told}]),
        "pushtripreport": lambda: pushed(topic, [PUSHED_TRIP | {field: told}]),
        "pushobd": lambda: pushed(topic, [readings]),
        LOCATION_LIST: lambda: polled(topic, [location_item(**{field: told}, hbTime="")]),
        DEVICE_DETAIL: lambda: polled(topic, {"imei": VAN, field: told}),
        MILEAGE: lambda: polled(topic, [TRIP | {field: told}]),
        TRIP_REPORT: lambda: _report({"tripsData": [{"dayData": [TRIP | {field: told}]}]}),
        OBD_LIST: lambda: answered(topic, {"data": {"result": [obd_row]}}),
    }[topic]()


IN_KILOMETRES = {
    ("pushobd", "odometerReading"),
    ("pushobd", "deviceAccumulatedMileage"),
    (LOCATION_LIST, "currentMileage"),
    (DEVICE_DETAIL, "currentMileage"),
    (OBD_LIST, "odometerReading"),
    (OBD_LIST, "deviceAccumulatedMileage"),
    ("fuel", "odometer_km"),
}


@pytest.mark.parametrize(
    ("topic", "field"), [key for key in DISTANCES if key[0] != "fuel"], ids=[".".join(key) for key in DISTANCES][:-1]
)
def test_every_distance_becomes_metres_by_its_own_converter(topic, field):
    metres = 77_500.0 if (topic, field) in IN_KILOMETRES else 77.5
    for told in (77.5, "77.5"):
        assert metres in only_fact(_distance_told(topic, field, told)).data.values()
    assert DISTANCES[topic, field].confidence
