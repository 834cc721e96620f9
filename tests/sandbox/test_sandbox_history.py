"""What the vendor tells about the past: the same as was pushed, within its caps, with its quirks."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from conftest import NOON, Receiver, Sandbox
from fixtures.shared_data import sample

TRACK, MILEAGE, ALARMS = "jimi.device.track.list", "jimi.device.track.mileage", "jimi.device.alarm.list"
PARKING, TRIPS = "jimi.open.platform.report.parking", "jimi.open.platform.report.trips"
ROOT = "demo_fleet_root"


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def span(hours: float = 4, end: datetime = NOON, names: str = "begin_time end_time") -> dict[str, str]:
    """The hours before `end`."""
    return dict(zip(names.split(), (text(end - timedelta(hours=hours)), text(end)), strict=True))


def report(sandbox: Sandbox, hours: float = 4, end: datetime = NOON) -> dict[str, str]:
    """Parameters of a report on the first vehicle."""
    return {
        "account": ROOT,
        "imeis": first(sandbox),
        **span(hours, end, "start_time end_time"),
        "start_row": "0",
        "page_size": "100",
    }


def first(sandbox: Sandbox) -> str:
    return sandbox.world.fleet.devices[0].imei


async def ask(sandbox: Sandbox, method: str, **parameters: str) -> dict[str, Any]:
    if not hasattr(sandbox, "kept"):
        sandbox.kept = await sandbox.token()  # type: ignore[attr-defined]
    return await sandbox.call(method, access_token=sandbox.kept, **parameters)  # type: ignore[attr-defined]


async def lived(sandbox: Sandbox, minutes: int) -> None:
    """Let time pass and wait until everything said in it has been acknowledged."""
    sandbox.live(minutes=minutes)
    assert sandbox.world.pusher is not None
    await asyncio.wait_for(sandbox.world.pusher.drained(), 20)


async def test_a_track_holds_the_very_fixes_that_were_pushed(
    start_sandbox: Callable[..., Any], receiver: Receiver
) -> None:
    sandbox: Sandbox = await start_sandbox(push_url=receiver.url, push_token="t", push_hold_s=1e6)
    await lived(sandbox, minutes=70)
    window = span(1, sandbox.clock.at - timedelta(minutes=2))
    for device in sandbox.world.fleet.devices[:12]:
        track = (await ask(sandbox, TRACK, imei=device.imei, **window))["result"]
        pushed = {
            (item["gpsTime"], item["lat"], item["lng"])
            for item in receiver.items("pushgps")
            if item["deviceImei"] == device.imei and window["begin_time"] <= item["gpsTime"] <= window["end_time"]
        }
        assert {(point["gpsTime"], point["lat"], point["lng"]) for point in track} == pushed
        assert pushed or device.vehicle is None


async def test_polled_alarms_are_those_that_were_pushed_in_the_platform_s_codes(
    start_sandbox: Callable[..., Any], receiver: Receiver
) -> None:
    sandbox: Sandbox = await start_sandbox(push_url=receiver.url, push_token="t", push_hold_s=1e6)
    await lived(sandbox, minutes=60)
    imeis = ",".join(device.imei for device in sandbox.world.fleet.devices)
    window = {"begin_time": text(NOON), "end_time": text(sandbox.clock.at)}
    rows = (await ask(sandbox, ALARMS, imeis=imeis, page_no="1", page_size="100", **window))["result"]
    pushed = sorted(
        (item["imei"], item["msg"]["alarmTime"])
        for item in receiver.items("pushalarm")
        if item["msg"]["alertType"] != "removeAlarmType"
    )
    assert sorted((row["imei"], row["positioningTime"]) for row in rows) == pushed
    codes = {row["alertTypeId"] for row in rows}
    assert codes >= {"ACC_ON", "ACC_OFF", "overSpeed"}
    assert codes & {"151", "154", "160"}
    assert codes & {"145", "206", "208"}
    assert [row["alertTime"] for row in rows] == sorted((row["alertTime"] for row in rows), reverse=True)


async def test_a_sandbox_started_again_tells_the_same_past(start_sandbox: Callable[..., Any]) -> None:
    before, after = await start_sandbox(), await start_sandbox(at=NOON + timedelta(hours=26, minutes=13))
    earlier = span(4, NOON - timedelta(hours=1))
    for method, parameters in (
        (TRACK, {"imei": first(before), **earlier}),
        (ALARMS, {"imei": first(before), **earlier, "page_no": "1", "page_size": "100"}),
    ):
        assert (await ask(before, method, **parameters)) == (await ask(after, method, **parameters)), method
    for sandbox in (before, after):
        trips = (await ask(sandbox, MILEAGE, imeis=first(before), **earlier))["result"]
        stops = (await ask(sandbox, PARKING, **report(before, 4, NOON), acc_type="off"))["data"]["rows"]
        complete = [trip for trip in trips if trip["endTime"] < earlier["end_time"]]
        told = [{name: trip[name] for name in trip if "Mileage" not in name} for trip in complete]
        if sandbox is before:
            expected = told, stops[-3:]
    assert len(told) > 1
    assert (told, stops[-3:]) == expected


async def test_another_seed_has_another_past(start_sandbox: Callable[..., Any]) -> None:
    one, other = await start_sandbox(seed=7), await start_sandbox(seed=8)
    question = {"imei": first(one), **span()}
    assert (await ask(one, TRACK, **question))["result"] != (await ask(other, TRACK, **question))["result"]


async def test_trips_and_stops_take_turns_and_agree_with_the_track(sandbox: Sandbox) -> None:
    trips = (await ask(sandbox, MILEAGE, imeis=first(sandbox), **span(8)))["result"]
    stops = (await ask(sandbox, PARKING, **report(sandbox, 8), acc_type="off"))["data"]["rows"]
    assert len(trips) > 2
    assert len(stops) > 2
    ends = {trip["endTime"] for trip in trips[:-1]}
    begins = {stop["startTime"].replace("T", " ")[:19] for stop in stops}
    assert all(any(abs(seconds(end, begin)) <= 1 for begin in begins) for end in ends)
    trip = trips[1]
    points = (await ask(sandbox, TRACK, imei=first(sandbox), begin_time=trip["startTime"], end_time=trip["endTime"]))[
        "result"
    ]
    assert {point["ignition"] for point in points[1:-1]} == {"ON"}
    assert trip["endMileage"] - trip["startMileage"] == pytest.approx(trip["distance"], abs=0.2)
    assert trip["distance"] / trip["runTimeSecond"] * 3.6 == pytest.approx(trip["avgSpeed"], abs=0.01)
    assert max(point["gpsSpeed"] for point in points) == pytest.approx(trip["maxSpeed"], abs=6)


async def test_a_trip_grows_until_the_vehicle_stops(sandbox: Sandbox) -> None:
    seen: dict[str, list[float]] = {}
    for _ in range(90):
        sandbox.live(minutes=1)
        trips = await ask(sandbox, MILEAGE, imeis=first(sandbox), **span(1, sandbox.clock.at - timedelta(minutes=1)))
        for trip in trips["result"]:
            seen.setdefault(trip["startTime"], []).append(trip["distance"])
    assert any(len(set(distances)) > 3 for distances in seen.values())
    assert all(distances == sorted(distances) for distances in seen.values())
    assert any(distances[-1] == distances[-3] for distances in seen.values() if len(distances) > 5)


@pytest.mark.parametrize(
    ("method", "name", "row"),
    [
        (TRACK, "poll_device_track_list.json", lambda answer: answer["result"][0]),
        (MILEAGE, "poll_device_track_mileage.json", lambda answer: answer["result"][0]),
        (PARKING, "poll_report_parking_off.json", lambda answer: answer["data"]["rows"][0]),
        (TRIPS, "poll_report_trips_list.json", lambda answer: answer["data"]["dayList"][0]["tripsData"][0]),
        (TRIPS + " day", "poll_report_trips_day.json", lambda answer: answer["data"]["datDatas"][0]),
        (ALARMS, "poll_device_alarm_list.json", lambda answer: answer["result"][0]),
    ],
)
async def test_answers_have_the_shape_of_the_samples(sandbox: Sandbox, method: str, name: str, row: Any) -> None:
    method, _, kind = method.partition(" ")
    parameters = {
        TRACK: {"imei": first(sandbox), **span()},
        MILEAGE: {"imeis": first(sandbox), **span()},
        PARKING: report(sandbox) | {"acc_type": "off"},
        TRIPS: report(sandbox) | {"type": kind or "list"},
        ALARMS: {"imei": first(sandbox), **span(), "page_no": "1", "page_size": "50"},
    }[method]
    answer, wanted = await ask(sandbox, method, **parameters), json.loads(sample(name))
    assert set(answer) == set(wanted) | ({"result"} if "result" not in wanted else set())
    assert (answer["result"] is None) == (wanted["result"] is None)
    assert shape(row(answer)) == shape(row(wanted))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 0),
        ({"begin_time": text(NOON - timedelta(days=7, seconds=1))}, 1001),
        ({"begin_time": text(NOON - timedelta(days=6, hours=23))}, 0),
        ({"end_time": text(NOON + timedelta(minutes=1))}, 1001),
        ({"begin_time": text(NOON + timedelta(hours=1))}, 1001),
        ({"begin_time": text(NOON - timedelta(days=95)), "end_time": text(NOON - timedelta(days=94))}, 1001),
        ({"begin_time": "2026-07-14T05:00:00Z"}, 1001),
        ({"imei": "869999059999999"}, 1002),
    ],
)
async def test_tracks_are_held_to_seven_days_of_the_last_three_months(
    sandbox: Sandbox, changes: dict[str, str], code: int
) -> None:
    answer = await ask(sandbox, TRACK, **{"imei": first(sandbox), **span(), **changes})
    assert answer["code"] == code


async def test_expired_devices_have_no_track_and_silent_ones_an_empty_one(sandbox: Sandbox) -> None:
    expired = next(device for device in sandbox.world.fleet.devices if device.expired)
    silent = next(device for device in sandbox.world.fleet.devices if device.never_reported)
    refused = await ask(sandbox, TRACK, imei=expired.imei, **span())
    assert (refused["code"], refused["message"]) == (1002, f"The device has expired{{{expired.imei}}}")
    assert (await ask(sandbox, TRACK, imei=silent.imei, **span()))["result"] == []


async def test_mileage_stops_at_a_hundred_rows_without_a_word_and_pages(sandbox: Sandbox) -> None:
    imeis = ",".join(device.imei for device in sandbox.world.fleet.devices)
    whole = (await ask(sandbox, MILEAGE, imeis=imeis, **span(20)))["result"]
    assert len(whole) == 100
    paged = await ask(sandbox, MILEAGE, imeis=imeis, **span(20), start_row="100", page_size="30")
    assert paged["result"]
    assert {trip_key(trip) for trip in paged["result"]}.isdisjoint(map(trip_key, whole))
    assert len(paged["data"]) == len(sandbox.world.fleet.devices)


async def test_mileage_of_more_than_eighteen_months_is_nothing_and_a_success(sandbox: Sandbox) -> None:
    answer = await ask(sandbox, MILEAGE, imeis=first(sandbox), **span(24 * 600))
    assert (answer["code"], answer["result"]) == (0, None)


@pytest.mark.parametrize(
    ("changes", "code", "rows"),
    [
        ({"acc_type": "off"}, 0, True),
        ({"acc_type": "on"}, 0, True),
        ({"acc_type": "0"}, 0, False),
        ({}, 0, False),
        ({"acc_type": "off", "account": ""}, 1001, False),
        ({"acc_type": "off", "account": "stranger"}, 214, False),
        ({"acc_type": "off", "start_row": ""}, 1001, False),
        ({"acc_type": "off", "page_size": "101"}, 1001, False),
    ],
)
async def test_parking_wants_account_and_acc_type(
    sandbox: Sandbox, changes: dict[str, str], code: int, rows: bool
) -> None:
    parameters = {name: value for name, value in (report(sandbox, 12) | changes).items() if value}
    answer = await ask(sandbox, PARKING, **parameters)
    assert answer["code"] == code
    assert bool(answer.get("data") and answer["data"]["rows"]) is rows
    if code == 0 and not rows:
        assert answer == json.loads(sample("poll_report_parking_empty.json"))


async def test_parking_pages_by_row_newest_first(sandbox: Sandbox) -> None:
    whole = (await ask(sandbox, PARKING, **report(sandbox, 20), acc_type="off"))["data"]
    assert whole["dataTotalRows"] == str(len(whole["rows"]))
    page = await ask(sandbox, PARKING, **(report(sandbox, 20) | {"start_row": "1", "page_size": "2"}), acc_type="off")
    assert page["data"]["rows"] == whole["rows"][1:3]
    starts = [row["startTime"] for row in whole["rows"]]
    assert starts == sorted(starts, reverse=True)


async def test_alarm_pages_repeat_past_the_end_and_odd_sizes_are_ignored(sandbox: Sandbox) -> None:
    imeis = ",".join(device.imei for device in sandbox.world.fleet.devices)
    question = {"imeis": imeis, **span(6)}
    pages = [
        (await ask(sandbox, ALARMS, **question, page_no=str(number), page_size="100"))["result"]
        for number in (1, 2, 3, 9, 10)
    ]
    assert len(pages[0]) == 100
    assert pages[0] != pages[1]
    assert pages[3] == pages[4] != []
    assert len((await ask(sandbox, ALARMS, **question, page="1", page_size="500"))["result"]) == 50


async def test_alarms_are_held_to_a_month_a_thousand_rows_and_a_hundred_devices(sandbox: Sandbox) -> None:
    imeis = [device.imei for device in sandbox.world.fleet.devices]
    long = await ask(sandbox, ALARMS, imei=imeis[0], **span(24 * 32), page_no="1", page_size="50")
    many = await ask(sandbox, ALARMS, imeis=",".join(imeis * 9), **span(), page_no="1", page_size="50")
    assert (long["code"], many["code"]) == (1001, 220)
    last = await ask(sandbox, ALARMS, imeis=",".join(imeis), **span(70), page_no="10", page_size="100")
    beyond = await ask(sandbox, ALARMS, imeis=",".join(imeis), **span(70), page_no="11", page_size="100")
    assert len(last["result"]) == 100
    assert beyond["result"] == last["result"]


async def test_the_sandbox_goes_on_while_somebody_reads_far_back(sandbox: Sandbox) -> None:
    imeis = ",".join(device.imei for device in sandbox.world.fleet.devices)
    token = await sandbox.token()
    question = {"imeis": imeis, **span(70), "page_no": "1", "page_size": "100"}
    reading = asyncio.create_task(sandbox.call(ALARMS, access_token=token, **question))
    assert (await sandbox.call("jimi.user.child.list", access_token=token, target=ROOT))["code"] == 0
    assert (await sandbox.http.get("/control/health")).status_code == 200
    assert not reading.done()
    assert (await reading)["code"] == 0


async def test_without_a_span_the_latest_fifty_alarms_come(sandbox: Sandbox) -> None:
    answer = await ask(sandbox, ALARMS, imei=first(sandbox), page_no="1", page_size="100")
    assert len(answer["result"]) == 50
    kind = answer["result"][0]["alertTypeId"]
    picked = await ask(sandbox, ALARMS, imei=first(sandbox), alertTypeId=kind, page_no="1", page_size="100")
    assert {row["alertTypeId"] for row in picked["result"]} == {kind}


async def test_what_polls_told_is_counted_by_device_and_kind(sandbox: Sandbox) -> None:
    imei = first(sandbox)
    points = (await ask(sandbox, TRACK, imei=imei, **span(1)))["result"]
    trips = (await ask(sandbox, MILEAGE, imeis=imei, **span(8)))["result"]
    stops = (await ask(sandbox, PARKING, **report(sandbox, 8), acc_type="off"))["data"]["rows"]
    alarms = (await ask(sandbox, ALARMS, imei=imei, **span(8), page_no="1", page_size="50"))["result"]
    await ask(sandbox, "jimi.track.device.detail", imei=imei)
    sent = (await sandbox.http.get("/control/sent")).json()["by_imei"][imei]
    counted = {kind: counts["poll"] for kind, counts in sent.items() if "poll" in counts}
    assert counted == {
        "gps": len(points),
        "trip": len(trips),
        "parking": len(stops),
        "alarm": len(alarms),
        "device": 1,
    }


def trip_key(trip: dict[str, Any]) -> tuple[str, str]:
    return trip["imei"], trip["startTime"]


def seconds(one: str, other: str) -> float:
    return (datetime.fromisoformat(one) - datetime.fromisoformat(other)).total_seconds()


def shape(value: Any) -> Any:
    """Names and types, whole numbers and decimals being one; of a list its first element."""
    if isinstance(value, dict):
        return {name: shape(member) for name, member in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return "number" if isinstance(value, int | float) else type(value).__name__
