"""Position fixes field by field: units, blanks, spellings, and what cannot be believed."""

from datetime import UTC, datetime, timedelta

import pytest

from unit.parser.bodies import (
    LOCATION_GET,
    LOCATION_LIST,
    OBD,
    RECEIVED_AT,
    SAMPLES,
    TRACK_LIST,
    VAN,
    gps_item,
    location_item,
    only_fact,
    outcome,
    polled,
    pushed,
    reasons,
    row,
    sample,
)


def test_pushed_fixes_read_field_by_field():
    first, second = outcome(sample({"file": "push_gps.form", "endpoint": "/pushgps"})).facts
    assert (first.item, first.kind, first.imei) == (0, "position_fix", VAN)
    assert first.occurred_at == datetime(2026, 7, 14, 5, 33, 25, tzinfo=UTC)
    assert first.data == {
        "lat": -1.27911,
        "lon": 36.81705,
        "speed_kmh": 41.0,
        "heading_deg": 301.0,
        "altitude_m": 1683.0,
        "satellites": 11,
        "ignition": True,
        "quality": "gps",
        "odometer_m": 48215210.0,
        "gate_at": "2026-07-14T05:33:27Z",
    }
    assert (second.item, second.imei, second.data["reupload"]) == (1, OBD, True)


def test_a_polled_fix_reads_field_by_field_with_its_kilometres_made_metres():
    heartbeat, fix = outcome(polled(LOCATION_LIST, [location_item()])).facts
    assert fix.occurred_at == datetime(2026, 7, 14, 6, 12, 31, tzinfo=UTC)
    assert fix.data == {
        "lat": -1.26715,
        "lon": 36.80421,
        "speed_kmh": 34.0,
        "heading_deg": 287.0,
        "satellites": 11,
        "ignition": True,
        "quality": "gps",
        "odometer_m": 48220291.6,
    }
    assert heartbeat.occurred_at == datetime(2026, 7, 14, 6, 13, 2, tzinfo=UTC)
    assert heartbeat.data == {"ignition": True, "voltage_v": 13.9}


def test_a_coarse_fix_days_old_is_still_a_fix_of_its_time():
    facts = outcome(sample({"file": "poll_user_device_location_list.json"})).facts
    coarse = [fact for fact in facts if fact.item == 1]
    assert [(fact.kind, fact.occurred_at.day) for fact in coarse] == [("heartbeat", 14), ("position_fix", 11)]
    assert coarse[1].data["quality"] == "lbs"
    assert "heading_deg" not in coarse[1].data


def test_an_expired_device_gives_neither_fix_nor_rejection():
    parsed = outcome(polled(LOCATION_LIST, [location_item(expireFlag="0", lat=0, lng=0, hbTime=None)]))
    assert (parsed.facts, parsed.rejections) == ([], [])


def test_a_device_that_never_had_a_fix_gives_its_heartbeat_alone():
    fact = only_fact(polled(LOCATION_LIST, [location_item(lat=0, lng=0, gpsTime="")]))
    assert fact.kind == "heartbeat"


def test_a_location_answer_may_be_a_single_object():
    parsed = outcome(sample({"file": "poll_device_location_get_object_variant.json"}))
    assert [fact.kind for fact in parsed.facts] == ["heartbeat", "position_fix"]
    assert outcome(polled(LOCATION_GET, location_item())) == parsed


def test_track_points_belong_to_the_device_that_was_asked_for():
    facts = outcome(sample({"file": "poll_device_track_list.json"})).facts
    assert [fact.imei for fact in facts] == [VAN] * 4
    assert [fact.data["ignition"] for fact in facts] == [True, True, True, False]
    assert facts[2].data == {
        "lat": -1.27402,
        "lon": 36.81133,
        "heading_deg": 318.0,
        "satellites": 0,
        "ignition": True,
        "quality": "lbs",
        "reupload": True,
    }


@pytest.mark.parametrize("imei", [None, [], "not a number", f"{VAN},{OBD}"])
def test_a_track_of_nobody_is_rejected_point_by_point(imei):
    point = {"lat": -1.2, "lng": 36.8, "gpsTime": "2026-07-14 05:31:05"}
    assert reasons(outcome(polled(TRACK_LIST, [point, point], params={"imei": imei}))) == ["missing_imei"] * 2


@pytest.mark.parametrize(
    ("told", "ignition"),
    [
        (1, True),
        ("1", True),
        ("ON", True),
        (" on", True),
        (True, True),
        (1.0, True),
        (0, False),
        ("0", False),
        ("off", False),
        (False, False),
        ("", None),
        (None, None),
        (-1, None),
        ("maybe", None),
        ({}, None),
        (2, None),
    ],
)
def test_ignition_is_tolerant_and_never_guessed(told, ignition):
    assert only_fact(pushed("pushgps", [gps_item(acc=told)])).data.get("ignition") is ignition


@pytest.mark.parametrize(
    ("told", "quality"),
    [
        (1, "gps"),
        ("GPS", "gps"),
        (None, "gps"),
        ("", "gps"),
        (..., "gps"),
        ("2", "lbs"),
        ("LBS", "lbs"),
        (3, "wifi"),
        ("wifi", "wifi"),
        ("BEACON", "wifi"),
        ("GUESSED", "lbs"),
        (9, "lbs"),
    ],
)
def test_quality_reads_text_and_number_and_distrusts_the_unknown(told, quality):
    assert only_fact(pushed("pushgps", [gps_item(postType=told)])).data["quality"] == quality


@pytest.mark.parametrize(
    ("member", "field", "told"),
    [("gpsSpeed", "speed_kmh", value) for value in (-1, "-1", "", 400.1, "fast", True, {}, [], "NaN", "1e999")]
    + [("direction", "heading_deg", value) for value in (-1, 361, "north")]
    + [("satelliteNum", "satellites", value) for value in (-1, 100, 7.5, "many", True)]
    + [("altitude", "altitude_m", value) for value in (-501, 20001)]
    + [("distance", "odometer_m", value) for value in ("-1", 1e11, "far")]
    + [("gateTime", "gate_at", value) for value in ("", "soon", "2019-01-01 00:00:00", {})],
)
def test_an_unbelievable_extra_is_left_out_and_the_fix_stays(member, field, told):
    fact = only_fact(pushed("pushgps", [gps_item(**{member: told})]))
    assert fact.kind == "position_fix"
    assert field not in fact.data


@pytest.mark.parametrize(("told", "heading"), [(360, 0.0), (0, 0.0), ("100.12", 100.12), (359.9, 359.9)])
def test_a_heading_is_normalised_below_360(told, heading):
    assert only_fact(pushed("pushgps", [gps_item(direction=told)])).data["heading_deg"] == heading


@pytest.mark.parametrize(
    ("changes", "reason", "seen"),
    [
        ({"gpsTime": "2019-01-01 00:00:14"}, "implausible_time", True),
        ({"gpsTime": "2026-07-14 06:40:01"}, "implausible_time", True),
        ({"gpsTime": ""}, "missing_time", False),
        ({"gpsTime": "yesterday"}, "wrong_type", False),
        ({"gpsTime": "2026-07-14"}, "wrong_type", False),
        ({"gpsTime": 10**30}, "wrong_type", False),
        ({"gpsTime": "0001-01-01T00:00:00+14:00"}, "wrong_type", False),
        ({"deviceImei": ""}, "missing_imei", False),
        ({"deviceImei": {}}, "wrong_type", False),
        ({"deviceImei": "869999\ud8000050001018"}, "wrong_type", False),
        ({"lat": 0, "lng": 0, "status": 1}, "zero_position", True),
        ({"lat": 0.0009, "lng": -0.0009}, "zero_position", True),
        ({"lat": "", "lng": None}, "zero_position", True),
        ({"lat": ...}, "wrong_type", False),
        ({"lat": True}, "wrong_type", False),
        ({"lat": [1]}, "wrong_type", False),
        ({"lat": float("nan")}, "wrong_type", False),
        ({"lat": "1e999"}, "wrong_type", False),
        ({"lat": -90.1}, "out_of_range", True),
        ({"lng": 180.1}, "out_of_range", True),
        ({"lat": 1e300}, "out_of_range", True),
        ({"lat": 1.27911}, "hemisphere", True),
        ({"lng": -36.81705}, "hemisphere", True),
        ({"status": 262147}, "hemisphere", True),
    ],
)
def test_what_cannot_be_believed_is_rejected_and_may_count_as_a_sign_of_life(changes, reason, seen):
    parsed = outcome(pushed("pushgps", [gps_item(**changes)]))
    assert reasons(parsed) == [reason]
    assert [(fact.kind, fact.data) for fact in parsed.facts] == [("device_seen", {"why": reason})] * seen
    assert all(fact.occurred_at == datetime(2026, 7, 14, 5, 33, 27, tzinfo=UTC) for fact in parsed.facts)


def test_a_sign_of_life_without_a_believable_gate_time_is_of_when_we_received_it():
    item = gps_item(gpsTime="2019-01-01 00:00:14", gateTime="2019-01-01 00:00:15")
    (seen,) = outcome(pushed("pushgps", [item])).facts
    assert (seen.kind, seen.occurred_at) == ("device_seen", RECEIVED_AT)


def test_a_poll_is_no_sign_of_life_unless_the_upstream_heard_the_device():
    stale = location_item(gpsTime="2019-01-01 00:00:14")
    heard = outcome(polled(LOCATION_LIST, [stale]))
    assert [fact.kind for fact in heard.facts] == ["heartbeat", "device_seen"]
    silent = outcome(polled(LOCATION_LIST, [stale | {"hbTime": ""}]))
    assert (silent.facts, reasons(silent)) == ([], ["implausible_time"])


def test_the_edges_of_the_time_guard_are_inside_it():
    for edge in (datetime(2026, 1, 1, tzinfo=UTC), RECEIVED_AT + timedelta(seconds=600)):
        item = gps_item(gpsTime=edge.strftime("%Y-%m-%d %H:%M:%S"))
        assert only_fact(pushed("pushgps", [item])).occurred_at == edge


def test_a_mask_without_a_satellite_system_is_not_believed_for_its_clear_bits():
    assert only_fact(pushed("pushgps", [gps_item(status=3)])).kind == "position_fix"


def test_far_from_the_equator_a_contradicting_mask_is_left_to_the_jump_it_makes():
    assert only_fact(pushed("pushgps", [gps_item(lat=22.5431, lng=114.0579)])).kind == "position_fix"


def test_a_blank_under_one_spelling_does_not_hide_the_value_under_another():
    assert only_fact(pushed("pushgps", [gps_item(deviceImei="", imei=VAN)])).imei == VAN


def test_a_place_on_the_equator_is_a_place():
    item = gps_item(lat=0.0, lng=32.58, status=...)
    assert only_fact(pushed("pushgps", [item])).data["lat"] == 0.0


@pytest.mark.parametrize("told", ["2026-07-14 5:33:25", "2026-07-14T05:33:25Z", 1784007205, "1784007205000"])
def test_times_come_in_several_forms(told):
    fact = only_fact(pushed("pushgps", [gps_item(gpsTime=told)]))
    assert fact.occurred_at == datetime(2026, 7, 14, 5, 33, 25, tzinfo=UTC)


def test_one_items_lone_surrogate_does_not_cost_its_neighbour():
    body = (SAMPLES / "push_gps_jsonbody.json").read_bytes()
    broken = body.replace(b'"postMethod":0', b'"driverName":"\\ud800","postMethod":NaN')
    assert outcome(row("jimi.push", "pushgps", broken)) == outcome(row("jimi.push", "pushgps", body))


@pytest.mark.parametrize("form", [True, False])
def test_encodings_agree(form):
    assert outcome(pushed("pushgps", [gps_item()], form)) == outcome(pushed("pushgps", gps_item(), not form))
