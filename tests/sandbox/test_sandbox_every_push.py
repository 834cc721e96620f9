"""Every push of both families: there, in the vendor's words, and counted to the item."""

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from conftest import NOON, Receiver, Sandbox
from fixtures.shared_data import sample
from fleet.sandbox.bodies import bodies_of, encoded
from fleet.sandbox.fleet import Fleet, FleetPlan
from fleet.sandbox.roads import networks
from fleet.sandbox.signals import Alarm, AlarmCode, Kind, Signal
from fleet.sandbox.wire import MESSAGE_TYPES, PATHS, push_item

SAMPLES = {
    Kind.EVENT: "push_event.json",
    Kind.GPS: "push_gps.json",
    Kind.HEARTBEAT: "push_hb.json",
    Kind.FAULT: "push_faultinfo_guess.json",
    Kind.TRIP: "push_tripreport_guess.json",
    Kind.OIL: "push_oil_guess.json",
    Kind.TEMPERATURE: "push_tem_guess.json",
    Kind.CELLS: "push_lbs.json",
    Kind.CARD: "push_rfid_guess.json",
    Kind.MODULE: "push_wgtc_guess.json",
    Kind.FILE: "push_fileupload.json",
    Kind.FTP_FILE: "push_ftpfileupload.json",
    Kind.RECORDING: "push_resourcelist.json",
    Kind.HUB_EVENT: "push_iothubevent.json",
    Kind.TERMINAL: "push_terminaltransinfo.json",
    Kind.PASS_THROUGH: "push_passthroughdata.json",
    Kind.COMMAND_ANSWER: "push_instructresponse.json",
}
FLAT_SAMPLES = {
    Kind.UPLOAD: "push_uploadcallback.json",
    Kind.OFFLINE_ANSWER: "push_instructresponse_offline_object.json",
}
PLATFORM_SAMPLES = {
    Kind.PLATFORM_ALARM: "tsp_push_device_alarm.json",
    Kind.RAW_ANSWER: "tsp_push_instruction_raw.json",
}


@pytest.fixture(scope="module")
def day() -> list[Signal]:
    """What two dozen vehicles say in twelve hours."""
    return Fleet(FleetPlan(24, 7, NOON, networks())).advance(NOON + timedelta(hours=12))


def said(day: list[Signal], kind: Kind) -> list[dict[str, Any]]:
    return [push_item(signal) for signal in day if signal.kind is kind]


def test_a_day_holds_every_push_of_both_families(day: list[Signal]) -> None:
    assert {signal.kind for signal in day} == {*PATHS, *MESSAGE_TYPES}


@pytest.mark.parametrize("kind", SAMPLES)
def test_items_have_the_members_of_the_samples(day: list[Signal], kind: Kind) -> None:
    wanted = json.loads(sample(SAMPLES[kind]))["data_list"][0]
    assert {shape(item) for item in said(day, kind)} == {shape(wanted)}


@pytest.mark.parametrize("kind", FLAT_SAMPLES)
def test_bodies_that_are_no_lists_have_the_members_of_the_samples(day: list[Signal], kind: Kind) -> None:
    wanted = json.loads(sample(FLAT_SAMPLES[kind])) | {"token": "t"}
    body = next(body for body in bodies_of(day, 0.0) if body.kind is kind)
    members = json.loads(encoded(kind, body.items(), "t", as_json=True)[1])
    assert shape(members) == shape(wanted)


@pytest.mark.parametrize("kind", PLATFORM_SAMPLES)
def test_platform_messages_are_one_item_with_its_type(day: list[Signal], kind: Kind) -> None:
    wanted = json.loads(sample(PLATFORM_SAMPLES[kind]))
    body = next(body for body in bodies_of(day, 0.0) if body.kind is kind)
    assert shape(json.loads(encoded(kind, body.items(), "", as_json=True)[1])) == shape(wanted)


def test_engines_speak_flat_or_nested(day: list[Signal]) -> None:
    flat, nested = (
        json.loads(sample(name))["data_list"][0] for name in ("push_obd_guess.json", "push_obd_nested_guess.json")
    )
    assert {shape(item) for item in said(day, Kind.OBD)} <= {shape(flat), shape(nested)}
    whole = Fleet(FleetPlan(80, 7, NOON, networks())).advance(NOON + timedelta(minutes=20))
    assert {shape(item) for item in said(whole, Kind.OBD)} == {shape(flat), shape(nested)}
    text = next(item["obdJson"] for item in said(whole, Kind.OBD) if "obdJson" in item)
    assert shape(json.loads(text)) == shape(json.loads(nested["obdJson"]))


def test_recorders_give_alarms_of_the_other_class_and_cameras_name_their_films(day: list[Signal]) -> None:
    alarms = said(day, Kind.ALARM)
    recorders = [item["msg"] for item in alarms if item["msgClass"] == 1]
    wanted = json.loads(sample("push_alarm_jt808.json"))["data_list"][0]["msg"]
    assert {message["alertType"] for message in recorders} == {264, 265, 1025}
    fatigue = next(message for message in recorders if message["alertType"] == 265)
    assert set(wanted) - {"fatigueLevel"} <= set(fatigue)
    films = [item["msg"]["file"] for item in alarms if "file" in item["msg"]]
    assert films
    assert {item["fileName"].replace(";", ",") for item in said(day, Kind.FILE)} <= set(films)


def test_an_alarm_of_speeding_is_taken_back(day: list[Signal]) -> None:
    wanted = json.loads(sample("push_alarm_remove.json"))["data_list"][0]
    back = [item for item in said(day, Kind.ALARM) if item["msg"]["alertType"] == "removeAlarmType"]
    assert {shape(item["msg"]) for item in back} == {shape(wanted["msg"])}
    raised = [item for item in said(day, Kind.ALARM) if item["msg"]["alertType"] == 6]
    assert 0 < len(back) <= len(raised)


def test_a_trip_is_reported_when_it_ends_and_fuel_goes_down_as_it_is_driven(day: list[Signal]) -> None:
    trips = said(day, Kind.TRIP)
    assert all(trip["startTime"] < trip["endTime"] <= trip["gateTime"] for trip in trips)
    ends = {(signal.imei, push_item(signal)["gateTime"]) for signal in day if is_ignition_off(signal)}
    assert {(trip["deviceImei"], trip["gateTime"]) for trip in trips} <= ends
    imei = trips[0]["deviceImei"]
    litres = [float(item["value"]) for item in said(day, Kind.OIL) if item["deviceImei"] == imei]
    rises = [after - before for before, after in itertools.pairwise(litres) if after > before]
    assert len(litres) > 20
    assert all(rise > 40 for rise in rises)


async def test_sent_counts_every_push_by_device_and_kind(start_sandbox: Callable[..., Any], receiver: Receiver) -> None:
    sandbox: Sandbox = await start_sandbox(
        vehicles=24,
        push_url=receiver.url,
        push_token="t",
        platform_push_url=f"{receiver.url}-a/secret",
        push_hold_s=1e6,
    )
    sandbox.live(minutes=50)
    await asyncio.gather(*(asyncio.wait_for(pusher.drained(), 60) for pusher in sandbox.world.pushers.values()))
    sent = (await sandbox.http.get("/control/sent")).json()
    counted = {(imei, kind): n["push"] for imei, kinds in sent["by_imei"].items() for kind, n in kinds.items()}
    assert counted == Counter(
        (imei_of(item), kind_of(path, item)) for path, _, items in receiver.accepted for item in items
    )
    kinds = {kind for _, kind in counted}
    assert kinds >= {"gps", "hb", "alarm", "event", "obd", "oil", "tem", "rfid", "platform_alarm", "resourcelist"}
    assert sent["totals"]["gps"]["push"] == sum(n for (_, kind), n in counted.items() if kind == "gps")


async def test_polled_engine_readings_are_those_that_were_pushed(
    start_sandbox: Callable[..., Any], receiver: Receiver
) -> None:
    sandbox: Sandbox = await start_sandbox(push_url=receiver.url, push_token="t", push_hold_s=1e6)
    sandbox.live(minutes=40)
    assert sandbox.world.pusher is not None
    await asyncio.wait_for(sandbox.world.pusher.drained(), 30)
    token = await sandbox.token()
    question = {
        "account": "demo_fleet_root",
        "imeis": ",".join(device.imei for device in sandbox.world.fleet.devices),
        "start_time": "2026-07-14 09:00:00",
        "end_time": sandbox.clock.at.strftime("%Y-%m-%d %H:%M:%S"),
        "page_no": "1",
        "page_size": "100",
    }
    answer = await sandbox.call("jimi.device.obd.list", access_token=token, **question)
    assert set(answer) == {"code", "message", "data"}
    rows = answer["data"]["result"]
    pushed = receiver.items("pushobd")
    assert rows
    assert sorted((row["imei"], row["odometerReading"]) for row in rows) == sorted(
        (item["deviceImei"], odometer(item)) for item in pushed
    )
    wanted = json.loads(sample("poll_device_obd_list.json"))["data"]
    assert set(rows[0]) == set(wanted["result"][0])
    assert rows[0]["dataReportTime"].split()[1].startswith("9:")
    second = await sandbox.call(
        "jimi.device.obd.list", access_token=token, **(question | {"page_no": "2", "page_size": "10"})
    )
    assert second["data"]["result"] == rows[10:20]
    assert (second["data"]["totalRecord"], second["data"]["totalPage"]) == (len(rows), 0)
    faults = await sandbox.call("jimi.device.obd.fault", access_token=token, **question)
    assert (faults["result"], faults["data"]["totalRecord"]) == (None, len(receiver.items("pushfaultinfo")))
    counts = (await sandbox.http.get("/control/sent")).json()["totals"]["obd"]
    assert counts == {"push": len(pushed), "poll": len(rows) + len(rows[10:20])}


async def test_polled_cards_are_those_that_were_pushed(start_sandbox: Callable[..., Any], receiver: Receiver) -> None:
    sandbox: Sandbox = await start_sandbox(push_url=receiver.url, push_token="t", push_hold_s=1e6)
    sandbox.live(minutes=90)
    assert sandbox.world.pusher is not None
    await asyncio.wait_for(sandbox.world.pusher.drained(), 60)
    question = {
        "account": "demo_fleet_root",
        "begin_time": "2026-07-14 09:00:00",
        "end_time": sandbox.clock.at.strftime("%Y-%m-%d %H:%M:%S"),
        "page_no": "1",
        "page_size": "100",
    }
    token = await sandbox.token()
    answer = await sandbox.call("jimi.open.device.rfid.list", access_token=token, **question)
    rows = answer["data"]["result"]
    pushed = [(item["deviceImei"], item["cardId"], item["gateTime"]) for item in receiver.items("rfid")]
    assert rows
    assert sorted((row["imei"], row["cardId"], row["operationTime"]) for row in rows) == sorted(pushed)
    assert shape(answer) == shape(json.loads(sample("poll_rfid_list.json")))
    assert set(rows[0]) == set(json.loads(sample("poll_rfid_list.json"))["data"]["result"][0])
    card = await sandbox.call("jimi.open.device.rfid.list", access_token=token, **question, card_ids=rows[0]["cardId"])
    assert {row["cardId"] for row in card["data"]["result"]} == {rows[0]["cardId"]}
    counts = (await sandbox.http.get("/control/sent")).json()["totals"]["rfid"]
    assert counts == {"push": len(pushed), "poll": len(rows) + len(card["data"]["result"])}


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"account": ""}, 1001), ({"page_size": "101"}, 1001), ({"start_time": "2026-06-01 00:00:00"}, 1001)],
)
async def test_engine_readings_are_held_to_a_month_and_a_hundred_rows(
    sandbox: Sandbox, changes: dict[str, str], code: int
) -> None:
    question = {
        "account": "demo_fleet_root",
        "imeis": sandbox.world.fleet.devices[0].imei,
        "start_time": "2026-07-14 05:00:00",
        "end_time": "2026-07-14 09:00:00",
        "page_no": "1",
        "page_size": "100",
    }
    token = await sandbox.token()
    whole = await sandbox.call("jimi.device.obd.list", access_token=token, **question)
    changed = {name: value for name, value in (question | changes).items() if value}
    refused = await sandbox.call("jimi.device.obd.list", access_token=token, **changed)
    assert (whole["code"], refused["code"]) == (0, code)


def is_ignition_off(signal: Signal) -> bool:
    return isinstance(signal, Alarm) and signal.code is AlarmCode.IGNITION_OFF


def imei_of(item: dict[str, Any]) -> str:
    item = item.get("data", item)
    return str(item.get("deviceImei") or item.get("imei") or item["_imei"])


def kind_of(path: str, item: dict[str, Any]) -> str:
    if path == "secret":
        return next(kind for kind, name in MESSAGE_TYPES.items() if name == item["msgType"])
    if path == "pushInstructResponse":
        return Kind.OFFLINE_ANSWER if "msgType" in item else Kind.COMMAND_ANSWER
    return next(kind for kind, name in PATHS.items() if name == path)


def odometer(item: dict[str, Any]) -> str:
    return item.get("odometerReading") or f"{json.loads(item['obdJson'])['odometer']:.1f}"


def shape(value: Any) -> Any:
    """Names and types, hashable; whole numbers and decimals are one."""
    if isinstance(value, dict):
        return frozenset((name, shape(member)) for name, member in value.items())
    return "number" if isinstance(value, int | float) else type(value).__name__
