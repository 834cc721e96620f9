"""What a device tells of a time that no table keeps any more is rejected, and said to be; judged by its own receipt."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fleet.model import Parsed, Raw
from fleet.parser import Limits, parse
from unit.parser.bodies import (
    ALARM_LIST,
    LIMITS,
    LOCATION_LIST,
    MILEAGE,
    VAN,
    gps_item,
    location_item,
    polled,
    pushed,
    row,
)

KEPT = timedelta(days=800)
FIXED_AT = datetime(2026, 7, 14, 5, 33, 20, tzinfo=UTC)
LATE = gps_item(gpsTime=f"{FIXED_AT:%Y-%m-%d %H:%M:%S}", gateTime="")


def received(raw: Raw, later: timedelta, kept: timedelta | None = KEPT) -> Parsed:
    """What a row comes to that was received so long after the fix."""
    limits = Limits(LIMITS.min_device_time, LIMITS.max_device_ahead, kept)
    return parse(replace(raw, received_at=FIXED_AT + later), limits)


def told(parsed: Parsed) -> tuple[list[str], list[str]]:
    return [fact.kind for fact in parsed.facts], [rejection.reason for rejection in parsed.rejections]


def test_a_fix_that_came_later_than_positions_are_kept_is_rejected_and_the_device_has_spoken() -> None:
    parsed = received(pushed("pushgps", [LATE]), KEPT + timedelta(seconds=1))
    assert told(parsed) == (["device_seen"], ["beyond_retention"])
    (seen,) = parsed.facts
    assert (seen.data, seen.occurred_at) == ({"why": "beyond_retention"}, FIXED_AT + KEPT + timedelta(seconds=1))
    assert parsed.rejections[0].detail == "2026-07-14T05:33:20+00:00 against 2028-09-21T05:33:21+00:00"


def test_the_edge_is_kept_and_without_a_limit_everything_is() -> None:
    body = pushed("pushgps", [LATE])
    assert told(received(body, KEPT)) == (["position_fix"], [])
    assert told(received(body, 9 * KEPT, kept=None)) == (["position_fix"], [])


def test_a_time_that_cannot_be_believed_at_all_is_still_that() -> None:
    impossible = pushed("pushgps", [LATE | {"gpsTime": "2019-01-01 00:00:14"}])
    assert told(received(impossible, 2 * KEPT))[1] == ["implausible_time"]


@pytest.mark.parametrize(
    "raw",
    [
        polled(ALARM_LIST, [{"imei": VAN, "alertTypeId": "stayAlert", "alertTime": "2026-07-14 05:33:20"}]),
        polled(MILEAGE, [{"imei": VAN, "startTime": "2026-07-14 05:33:20", "endTime": "2026-07-14 06:00:00"}]),
        pushed("pushtem", [{"deviceImei": VAN, "gateTime": "2026-07-14 05:33:20", "temperature": 4}]),
    ],
)
def test_alarms_trips_and_readings_are_judged_alike(raw: Raw) -> None:
    assert told(received(raw, timedelta(days=1)))[1] == []
    assert told(received(raw, KEPT + timedelta(days=1)))[1] == ["beyond_retention"]


def test_the_vendor_s_last_word_of_a_device_that_is_long_dead_is_neither_a_fact_nor_a_sign_of_life() -> None:
    body = polled(LOCATION_LIST, [location_item(gpsTime="2026-07-14 05:33:20", hbTime="2026-07-14 05:33:20")])
    assert told(received(body, KEPT + timedelta(days=1))) == ([], ["beyond_retention"])


def test_an_old_place_within_a_new_alarm_is_no_fix() -> None:
    now = f"{FIXED_AT + KEPT + timedelta(days=1):%Y-%m-%d %H:%M:%S}"
    alarm = {"imei": VAN, "alertTypeId": "stayAlert", "alertTime": now, "lat": -1.28, "lng": 36.82}
    body = polled(ALARM_LIST, [alarm | {"positioningTime": "2026-07-14 05:33:20"}])
    assert told(received(body, KEPT + timedelta(days=2))) == (["alarm"], [])
    assert told(received(body, KEPT + timedelta(days=2), kept=None)) == (["alarm", "position_fix"], [])


def test_what_people_bring_may_be_of_any_age() -> None:
    roster = {"as_of": "2026-07-14", "drivers": [{"name": "Amina Otieno"}]}
    assert told(received(row("hr", "hr", json.dumps(roster).encode()), 2 * KEPT)) == (["driver_listed"], [])
