"""Heartbeats, device lists, imported vehicles, and bodies that carry no items."""

from datetime import UTC, datetime

import pytest

from unit.parser.bodies import (
    DEVICE_DETAIL,
    DEVICE_LIST,
    POLL_META,
    RECEIVED_AT,
    VAN,
    only_fact,
    outcome,
    polled,
    pushed,
    reasons,
    row,
    sample,
)

REQUESTED_AT = datetime(2026, 7, 14, 6, 29, 58, tzinfo=UTC)


def test_a_pushed_heartbeat_reads_field_by_field():
    fact = only_fact(sample({"file": "push_hb.form", "endpoint": "/pushhb"}))
    assert (fact.kind, fact.imei) == ("heartbeat", VAN)
    assert fact.occurred_at == datetime(2026, 7, 14, 5, 31, tzinfo=UTC)
    assert fact.data == {"ignition": True, "battery_pct": 95.0, "gsm_pct": 80.0, "external_power": True}


def test_a_heartbeat_with_an_impossible_time_is_a_sign_of_life():
    parsed = outcome(pushed("pushhb", [{"deviceImei": VAN, "gateTime": "2019-01-01 00:00:00"}]))
    assert reasons(parsed) == ["implausible_time"]
    assert [(fact.kind, fact.occurred_at) for fact in parsed.facts] == [("device_seen", RECEIVED_AT)]


def test_a_device_list_says_what_the_books_say_and_that_it_was_whole():
    *devices, completed = outcome(sample({"file": "poll_user_device_list.json"})).facts
    assert [fact.kind for fact in devices] == ["device_listed"] * 4
    assert {fact.occurred_at for fact in devices} == {REQUESTED_AT}
    assert devices[0].data == {
        "name": "KDA 101A",
        "plate": "KDA 101A",
        "sim": "254700000201",
        "model": "X3",
        "group": "Nairobi installs",
        "account": "demo_nairobi",
        "expires_at": "2036-03-01T23:59:59Z",
        "enabled": True,
    }
    assert (completed.kind, completed.imei) == ("listing_completed", None)
    assert completed.data == {"run_id": "run-17", "targets": ["demo_nairobi"], "count": 4}


def test_an_empty_list_is_complete_and_a_failed_one_is_not():
    assert only_fact(polled(DEVICE_LIST, None)).data["count"] == 0
    failed = row("jimi.poll", DEVICE_LIST, b'{"code": 1004, "result": null}', **POLL_META)
    assert outcome(failed).facts == []


def test_a_list_outside_a_run_cannot_judge_absence():
    assert outcome(polled(DEVICE_LIST, [], run_id=None)).facts == []


def test_a_detail_brings_the_driver_and_judges_no_absence():
    fact = only_fact(sample({"file": "poll_track_device_detail.json"}))
    assert (fact.kind, fact.data["driver"], fact.data["phone"]) == (
        "device_listed",
        "Amina Otieno",
        "+254700000301",
    )


@pytest.mark.parametrize("told", [None, "", "soon", "1999-01-01T00:00:00Z", {}])
def test_without_a_believable_request_time_the_time_of_receipt_counts(told):
    fact = only_fact(polled(DEVICE_DETAIL, {"imei": VAN}, requested_at=told))
    assert fact.occurred_at == RECEIVED_AT


VEHICLES = """plate,imei,device_class,cost_centre,city,driver,driver_phone,make,model
KDA 101A,869999050001018,tracker,Installs,Nairobi,Zoë Wanjikũ,+254700000301,Toyota,HiAce

UBK 303C,,,, Kampala ,,,,
,869999050001026,camera,,,,,,
KDB 202B,8.7E+14,camera,,,,,,
KDC 303C,869999050001042
"""


def test_a_vehicles_file_gives_a_fact_a_line_and_a_rejection_a_bad_line():
    parsed = outcome(row("csv", "vehicles", VEHICLES.encode("utf-8-sig"), as_of="2026-07-13T21:00:00Z"))
    assert [(fact.item, fact.kind, fact.imei) for fact in parsed.facts] == [
        (0, "vehicle_listed", VAN),
        (2, "vehicle_listed", None),
        (5, "vehicle_listed", "869999050001042"),
    ]
    assert parsed.facts[0].data == {
        "plate": "KDA 101A",
        "device_class": "tracker",
        "cost_centre": "Installs",
        "city": "Nairobi",
        "driver": "Zoë Wanjikũ",
        "driver_phone": "+254700000301",
        "make": "Toyota",
        "model": "HiAce",
    }
    assert parsed.facts[1].data == {"plate": "UBK 303C", "city": "Kampala"}
    assert {fact.occurred_at for fact in parsed.facts} == {datetime(2026, 7, 13, 21, tzinfo=UTC)}
    assert [(r.item, r.reason) for r in parsed.rejections] == [(3, "wrong_type"), (4, "wrong_type")]


@pytest.mark.parametrize("body", [b"", b"registration,imei\nKDA 101A,\n", b"\xff\xfe\x00"])
def test_a_file_without_plates_is_refused_whole(body):
    parsed = outcome(row("csv", "vehicles", body))
    assert (parsed.facts, reasons(parsed)) == ([], ["wrong_type"])


def test_a_file_that_is_no_csv_is_refused_whole():
    parsed = outcome(row("csv", "vehicles", b"plate\n" + b"x" * 200_000))
    assert (parsed.facts, reasons(parsed)) == ([], ["not_object"])


@pytest.mark.parametrize(
    ("source", "topic", "body", "reason"),
    [
        ("jimi.push", "pushgps", b"{", "not_json"),
        ("jimi.push", "pushgps", b"data_list=[{", "not_json"),
        ("jimi.push", "pushgps", b"[" * 5000, "not_json"),
        ("jimi.push", "pushgps", b"data_list=7", "not_object"),
        ("jimi.push", "pushgps", b"[7]", "not_object"),
        ("jimi.push", "pushnovelty", b"[]", "unknown_topic"),
        ("jimi.poll", DEVICE_LIST, b"<html>502</html>", "not_json"),
        ("jimi.poll", DEVICE_LIST, b"[]", "not_object"),
        ("jimi.poll", DEVICE_LIST, b'{"code": 0, "result": 7}', "not_object"),
        ("jimi.poll", "jimi.no.such.method", b"{}", "unknown_topic"),
        ("elsewhere", "pushgps", b"[]", "unknown_topic"),
    ],
)
def test_an_unreadable_body_is_one_rejection_at_item_0(source, topic, body, reason):
    parsed = outcome(row(source, topic, body))
    assert parsed.facts == []
    assert [(r.item, r.reason) for r in parsed.rejections] == [(0, reason)]


@pytest.mark.parametrize("body", [b"", b"token=x", b"data_list=", b"data_list=[]", b"{}", b'{"data_list":""}'])
def test_a_body_without_items_is_a_probe(body):
    parsed = outcome(row("jimi.push", "pushgps", body))
    assert (parsed.facts, parsed.rejections) == ([], [])


def test_a_topic_that_no_kind_reads_yet_is_known_all_the_same():
    parsed = outcome(pushed("pushextendedkks", [{"deviceImei": VAN}]))
    assert (parsed.facts, parsed.rejections) == ([], [])
