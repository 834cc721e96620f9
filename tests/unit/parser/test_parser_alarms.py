"""Alarms: code spaces, names, cleared alarms, and the fix inside."""

from datetime import UTC, datetime

import pytest

from unit.parser.bodies import ALARM_LIST, CAM, VAN, outcome, polled, pushed, reasons, row, sample


def _hub(**msg):
    return {
        "type": "DEVICE",
        "msgClass": msg.pop("msgClass", 0),
        "imei": VAN,
        "gateTime": "2026-07-14 05:50:01",
        "msg": {"alertType": 2, "alarmTime": "2026-07-14 05:50:00"} | msg,
    }


def _alarm_data(raw):
    (fact,) = [fact for fact in outcome(raw).facts if fact.kind == "alarm"]
    return fact.data


def test_a_hub_alarm_reads_field_by_field_and_carries_its_fix():
    alarm, fix = outcome(sample({"file": "push_alarm.form", "endpoint": "/pushalarm"})).facts
    assert (alarm.imei, alarm.occurred_at) == (CAM, datetime(2026, 7, 14, 5, 20, 31, tzinfo=UTC))
    assert alarm.data == {
        "code": "151",
        "class": "hub0",
        "name": "Phone call",
        "origin": "push",
        "lat": -4.0512,
        "lon": 39.66681,
    }
    assert (fix.kind, fix.occurred_at) == ("position_fix", alarm.occurred_at)
    assert fix.data == {
        "lat": -4.0512,
        "lon": 39.66681,
        "speed_kmh": 37.0,
        "heading_deg": 12.0,
        "altitude_m": 17.0,
        "satellites": 10,
        "quality": "gps",
        "gate_at": "2026-07-14T05:20:33Z",
    }


def test_a_recorder_alarm_is_named_by_its_sub_code():
    data = _alarm_data(sample({"file": "push_alarm_jt808.form", "endpoint": "/pushalarm"}))
    assert (data["class"], data["code"], data["name"]) == ("hub1", "265.1", "fatigue")


def test_a_cleared_alarm_names_the_alarm_that_ended():
    data = _alarm_data(sample({"file": "push_alarm_remove.form", "endpoint": "/pushalarm"}))
    assert (data["code"], data["cleared"], data["name"]) == ("14", True, "Low external power")


def test_the_same_number_means_different_things_in_different_classes():
    names = [_alarm_data(pushed("pushalarm", [_hub(alertType=261 + c, msgClass=c)]))["name"] for c in (0, 1)]
    assert names == ["Movement started", "abnormal driving"]


def test_only_recorder_alarms_have_sub_codes():
    codes = [
        _alarm_data(pushed("pushalarm", [_hub(alertType=code, alarmType=1, msgClass=c)]))["code"]
        for code, c in ((265, 1), (265, 0), (256, 1))
    ]
    assert codes == ["265.1", "265", "256"]


def test_an_unknown_code_passes_through_without_a_name():
    data = _alarm_data(pushed("pushalarm", [_hub(alertType="9713")]))
    assert (data["code"], "name" in data) == ("9713", False)


def test_a_text_code_is_spelled_as_the_table_spells_it():
    assert _alarm_data(pushed("pushalarm", [_hub(alertType="OVERSPEED")]))["code"] == "overSpeed"


def test_the_platforms_push_shares_the_code_space_of_polls():
    data = _alarm_data(sample({"file": "tsp_push_device_alarm.form", "endpoint": "/your-single-url"}))
    assert data == {
        "code": "1002",
        "class": "tsp",
        "name": "ACC On",
        "origin": "push",
        "lat": -1.28333,
        "lon": 36.82194,
    }


def test_a_polled_alarm_has_its_fix_at_the_time_of_the_position():
    facts = outcome(sample({"file": "poll_device_alarm_list.json"})).facts
    assert [fact.kind for fact in facts] == ["alarm", "position_fix"] * 4
    assert [fact.occurred_at.second for fact in facts[:2]] == [10, 9]
    assert facts[0].data["origin"] == "poll"
    assert facts[2].data["name"] == "Nairobi depot"


@pytest.mark.parametrize("place", [{}, {"lat": 0, "lng": 0}, {"lat": 99, "lng": 999}, {"lat": -1.2}])
def test_an_alarm_without_a_believable_place_is_still_an_alarm(place):
    parsed = outcome(pushed("pushalarm", [_hub(gpsSpeed=3, **place)]))
    assert [fact.kind for fact in parsed.facts] == ["alarm"]
    assert parsed.rejections == []
    assert not {"lat", "lon"} & set(parsed.facts[0].data)


def test_a_pushed_position_without_speed_is_no_fix():
    parsed = outcome(pushed("pushalarm", [_hub(lat=-1.2, lng=36.8)]))
    assert [fact.kind for fact in parsed.facts] == ["alarm"]


def test_an_alarm_of_2019_never_reaches_a_screen():
    parsed = outcome(pushed("pushalarm", [_hub(alarmTime="2019-01-01 00:00:14")]))
    assert reasons(parsed) == ["implausible_time"]
    (seen,) = parsed.facts
    assert (seen.kind, seen.occurred_at) == ("device_seen", datetime(2026, 7, 14, 5, 50, 1, tzinfo=UTC))


@pytest.mark.parametrize("changes", [{"alertType": ""}, {"alertType": []}, {"alertType": "removeAlarmType"}])
def test_an_alarm_without_a_code_is_rejected(changes):
    parsed = outcome(pushed("pushalarm", [_hub(**changes)]))
    assert (parsed.facts, reasons(parsed)) == ([], ["wrong_type"])


def test_the_message_of_an_alarm_may_be_json_text():
    text = _hub() | {"msg": '{"alertType": 2, "alarmTime": "2026-07-14 05:50:00"}'}
    assert outcome(pushed("pushalarm", [text])) == outcome(pushed("pushalarm", [_hub()]))


def test_dirty_text_is_cleaned_and_bounded():
    item = {"imei": VAN, "alertTypeId": "1", "alertTime": "2026-07-14 05:34:10"}
    raw = polled(ALARM_LIST, [item | {"alarmTypeName": " a\x00b" + "x" * 5000}])
    assert _alarm_data(raw)["name"] == "ab" + "x" * 198


def test_an_empty_family_a_body_is_a_probe():
    parsed = outcome(row("jimi.push", "probe", b"", family="a"))
    assert (parsed.facts, parsed.rejections) == ([], [])
