"""Every fault, switched on and off over the control API while the sandbox runs."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from conftest import Receiver, Sandbox
from fixtures.shared_data import sample
from fleet.sandbox.signals import Fix, Heartbeat, Source

ROOT = "demo_fleet_root"
CHILDREN, DEVICES = "jimi.user.child.list", "jimi.user.device.list"
LOCATIONS, TRACK = "jimi.user.device.location.list", "jimi.device.track.list"


@asynccontextmanager
async def switched_on(sandbox: Sandbox, name: str, **parameters: object) -> AsyncIterator[None]:
    """The fault is on inside the block."""
    answer = await sandbox.http.put(f"/control/faults/{name}", params={k: str(v) for k, v in parameters.items()})
    assert answer.status_code == 200, answer.text
    yield
    assert (await sandbox.http.delete(f"/control/faults/{name}")).status_code == 200


async def code(sandbox: Sandbox, token: str, method: str = CHILDREN) -> Any:
    return (await sandbox.call(method, access_token=token, target=ROOT))["code"]


async def listed(sandbox: Sandbox, token: str, method: str, account: str = "demo_nairobi") -> list[dict[str, Any]]:
    return (await sandbox.call(method, access_token=token, target=account))["result"]


# ---- the control API -------------------------------------------------------------------------------


async def test_the_listing_tells_what_each_fault_does_and_takes(sandbox: Sandbox) -> None:
    await sandbox.http.put("/control/faults/clock_2019?share=0.5")
    listing = (await sandbox.http.get("/control/faults")).json()
    assert all(fault["does"] for fault in listing.values())
    assert {name for name, fault in listing.items() if fault["active"]} == {"clock_2019"}
    assert listing["clock_2019"]["active"] == {"topic": "pushgps", "share": 0.5}
    assert listing["poll_slow"]["defaults"]["seconds"] == 137
    codes = {"poll_1004", "poll_1005", "poll_1006", "poll_timeout", "poll_html", "poll_slow"}
    contents = {"clock_2019", "zero_fixes", "rename_field", "change_unit", "omit_vehicles"}
    assert {*codes, *contents, "push_duplicate", "push_reorder", "push_storm"} <= set(listing)


@pytest.mark.parametrize("verb", ["PUT", "DELETE"])
async def test_an_unknown_fault_is_404_with_the_list(sandbox: Sandbox, verb: str) -> None:
    answer = await sandbox.http.request(verb, "/control/faults/nonsense")
    assert answer.status_code == 404
    assert "push_storm" in answer.json()["error"]


async def test_a_parameter_is_a_known_one_and_of_its_type(sandbox: Sandbox) -> None:
    unknown = await sandbox.http.put("/control/faults/clock_2019?minutes=1")
    wrong = await sandbox.http.put("/control/faults/clock_2019?share=half")
    assert (unknown.status_code, wrong.status_code) == (404, 422)
    assert "share" in unknown.json()["error"]
    assert (await sandbox.http.get("/control/faults")).json()["clock_2019"]["active"] is None


# ---- polls -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("poll_1004", 1004), ("poll_1005", 1005), ("poll_1006", 1006), ("poll_busy", -1), ("poll_1100", 1100)],
)
async def test_calls_are_refused_while_it_is_on(sandbox: Sandbox, fault: str, expected: int) -> None:
    token = await sandbox.token()
    async with switched_on(sandbox, fault):
        assert await code(sandbox, token) == expected
    assert await code(sandbox, token) == 0


@pytest.mark.parametrize(
    ("fault", "parameters", "name"),
    [
        ("poll_1005", {}, "poll_error_1005_ip_limit.json"),
        ("poll_1006", {"daily": 1}, "poll_error_1006_daily.json"),
        ("poll_busy", {}, "poll_error_minus1_busy.json"),
        ("poll_1100", {}, "poll_error_1100_business.json"),
    ],
)
async def test_refusals_are_those_of_the_samples(
    sandbox: Sandbox, fault: str, parameters: dict[str, object], name: str
) -> None:
    token = await sandbox.token()
    async with switched_on(sandbox, fault, **parameters):
        assert await sandbox.call(CHILDREN, access_token=token, target=ROOT) == json.loads(sample(name))


async def test_a_poll_fault_can_be_held_to_one_method_and_a_share_of_the_calls(sandbox: Sandbox) -> None:
    token = await sandbox.token()
    async with switched_on(sandbox, "poll_1006", topic=DEVICES):
        assert (await code(sandbox, token), await code(sandbox, token, DEVICES)) == (0, 1006)
    async with switched_on(sandbox, "poll_1006", share=0.25):
        assert [await code(sandbox, token) for _ in range(8)].count(1006) == 2


async def test_tokens_can_be_had_while_they_are_called_invalid(sandbox: Sandbox) -> None:
    async with switched_on(sandbox, "poll_1004"):
        assert await code(sandbox, await sandbox.token()) == 1004


async def test_tokens_are_revoked_early_and_new_ones_work(sandbox: Sandbox) -> None:
    token = await sandbox.token()
    async with switched_on(sandbox, "token_revoked", seconds=60):
        assert await code(sandbox, token) == 0
        sandbox.clock.move(seconds=61)
        assert await code(sandbox, token) == 1004
        assert await code(sandbox, await sandbox.token()) == 0
    assert await code(sandbox, token) == 0


async def test_answers_break_off_or_have_a_code_of_text_and_broken_ones_do_not_count(sandbox: Sandbox) -> None:
    token = await sandbox.token()
    question = sandbox.signed(LOCATIONS, access_token=token, target="demo_nairobi")
    async with switched_on(sandbox, "poll_truncated"):
        broken = await sandbox.http.post("/route/rest", data=question)
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        broken.json()
    assert (await sandbox.http.get("/control/sent")).json()["totals"] == {}
    async with switched_on(sandbox, "poll_string_code"):
        assert await code(sandbox, token) == "0"
    assert await code(sandbox, token) == 0


async def test_a_slow_call_is_released_when_the_fault_ends(sandbox: Sandbox) -> None:
    token = await sandbox.token()
    async with switched_on(sandbox, "poll_slow", seconds=600, topic=DEVICES):
        waiting = asyncio.create_task(code(sandbox, token, DEVICES))
        assert await code(sandbox, token) == 0
        assert not waiting.done()
    assert await asyncio.wait_for(waiting, 10) == 0


async def test_a_slow_call_is_answered_after_its_seconds(sandbox: Sandbox) -> None:
    token = await sandbox.token()
    async with switched_on(sandbox, "poll_slow", seconds=0.3):
        before = asyncio.get_running_loop().time()
        assert await code(sandbox, token) == 0
        assert asyncio.get_running_loop().time() - before >= 0.3


async def test_nothing_is_counted_for_a_caller_who_has_given_up(sandbox: Sandbox) -> None:
    token = await sandbox.token()
    question = sandbox.signed(LOCATIONS, access_token=token, target="demo_nairobi")
    async with switched_on(sandbox, "poll_timeout"):
        with pytest.raises(httpx.ReadTimeout):
            await sandbox.http.post("/route/rest", data=question, timeout=0.3)
    assert (await sandbox.http.get("/control/sent")).json()["totals"] == {}
    assert await listed(sandbox, token, LOCATIONS)


async def test_the_trip_report_can_be_out_of_order_for_an_account(sandbox: Sandbox) -> None:
    question = {
        "account": ROOT,
        "imeis": sandbox.world.fleet.devices[0].imei,
        "type": "list",
        "start_time": "2026-07-14 05:00:00",
        "end_time": "2026-07-14 08:00:00",
        "start_row": "0",
        "page_size": "10",
    }
    token = await sandbox.token()
    async with switched_on(sandbox, "trips_disabled"):
        answer = await sandbox.call("jimi.open.platform.report.trips", access_token=token, **question)
    assert answer == json.loads(sample("poll_report_trips_disabled_variant.json"))
    answer = await sandbox.call("jimi.open.platform.report.trips", access_token=token, **question)
    assert answer["data"]["dayList"]


# ---- contents --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "parameters", "is_hit"),
    [
        ("clock_2019", {"share": 1}, lambda item: item["gpsTime"].startswith("2019-01-01 ")),
        ("zero_fixes", {"share": 1}, lambda item: (item["lat"], item["lng"]) == (0, 0)),
        ("rename_field", {}, lambda item: "velocity" in item and "gpsSpeed" not in item),
        ("rename_field", {"field": "lat", "to": "latitude"}, lambda item: "latitude" in item),
        ("drop_field", {}, lambda item: "satelliteNum" not in item),
        ("add_field", {"value": "x"}, lambda item: item.get("beta") == "x"),
        ("change_unit", {"field": "distance", "factor": 0.001}, lambda item: item["distance"] < 1e6),
        ("change_type", {}, lambda item: item["gpsSpeed"] == "41"),
    ],
)
async def test_pushed_items_are_changed_while_it_is_on(
    start_sandbox: Callable[..., Any],
    receiver: Receiver,
    fault: str,
    parameters: dict[str, object],
    is_hit: Callable[[dict[str, Any]], bool],
) -> None:
    sandbox = await pushing(start_sandbox, receiver)
    async with switched_on(sandbox, fault, **parameters):
        await said(sandbox, [fix(1)])
    await said(sandbox, [fix(2)])
    assert [is_hit(item) for item in mine(receiver)] == [True, False]


async def test_a_share_of_the_items_is_hit_and_others_not(
    start_sandbox: Callable[..., Any], receiver: Receiver
) -> None:
    sandbox = await pushing(start_sandbox, receiver)
    async with switched_on(sandbox, "clock_2019", share=0.3):
        await said(sandbox, [fix(number) for number in range(200)])
    hit = [item for item in mine(receiver) if item["gpsTime"].startswith("2019")]
    assert 35 < len(hit) < 85


async def test_an_alarm_s_code_nobody_knows(start_sandbox: Callable[..., Any], receiver: Receiver) -> None:
    sandbox = await pushing(start_sandbox, receiver)
    receiver.accepted.clear()
    async with switched_on(sandbox, "unknown_alarm", code=7777):
        sandbox.live(minutes=20)
        await drained(sandbox)
    assert {str(item["msg"]["alertType"]) for item in receiver.items("pushalarm")} == {"7777"}


async def test_polled_rows_are_changed_by_their_topic(sandbox: Sandbox) -> None:
    token = await sandbox.token()
    async with switched_on(sandbox, "rename_field", topic=LOCATIONS, field="gpsTime", to="fixTime"):
        assert all("fixTime" in row for row in await listed(sandbox, token, LOCATIONS))
    before = await listed(sandbox, token, LOCATIONS)
    async with switched_on(sandbox, "change_unit", topic=LOCATIONS, field="currentMileage", factor=1000):
        after = await listed(sandbox, token, LOCATIONS)
    for row, other in zip(before, after, strict=True):
        if row["currentMileage"]:
            assert float(other["currentMileage"]) == pytest.approx(float(row["currentMileage"]) * 1000, rel=1e-4)


async def test_vehicles_are_left_out_of_the_lists_and_of_the_count(sandbox: Sandbox) -> None:
    token = await sandbox.token()
    whole = {row["imei"] for row in await listed(sandbox, token, LOCATIONS)}
    async with switched_on(sandbox, "omit_vehicles", share=0.5):
        left = {row["imei"] for row in await listed(sandbox, token, LOCATIONS)}
        assert {row["imei"] for row in await listed(sandbox, token, LOCATIONS)} == left
        assert whole <= {row["imei"] for row in await listed(sandbox, token, DEVICES)}
    assert set() < left < whole
    assert {row["imei"] for row in await listed(sandbox, token, LOCATIONS)} == whole
    sent = (await sandbox.http.get("/control/sent")).json()["by_imei"]
    rows = {imei: counts.get("gps", counts.get("expired", {})).get("poll") for imei, counts in sent.items()}
    assert {rows[imei] for imei in left} == {4}
    assert {rows[imei] for imei in whole - left} == {2}


# ---- pushes ----------------------------------------------------------------------------------------


async def test_a_storm_repeats_what_was_said_and_counts_it_once(
    start_sandbox: Callable[..., Any], receiver: Receiver
) -> None:
    sandbox = await pushing(start_sandbox, receiver)
    before = await sent_fixes(sandbox)
    async with switched_on(sandbox, "push_storm", times=20):
        await said(sandbox, [fix(1)])
    await said(sandbox, [fix(2)])
    assert [item["deviceImei"] for item in mine(receiver)] == ["imei-1"] * 21 + ["imei-2"]
    assert await sent_fixes(sandbox) - before == 2


async def test_bodies_can_be_json(start_sandbox: Callable[..., Any], receiver: Receiver) -> None:
    sandbox = await pushing(start_sandbox, receiver)
    async with switched_on(sandbox, "push_json"):
        await said(sandbox, [fix(1)])
    await said(sandbox, [fix(2)])
    assert [item["deviceImei"] for item in mine(receiver)] == ["imei-1", "imei-2"]
    assert receiver.content_types[-2:] == ["application/json", "application/x-www-form-urlencoded"]


async def test_broken_copies_follow_and_the_whole_ones_arrive(
    start_sandbox: Callable[..., Any], receiver: Receiver
) -> None:
    sandbox = await pushing(start_sandbox, receiver)
    already = len(receiver.accepted)
    async with switched_on(sandbox, "push_broken", share=1):
        await said(sandbox, [fix(1), beat(2)])
        await receiver.until(lambda got: len(got.accepted) == already + 4)
    assert [len(items) for _, _, items in receiver.accepted[already:]] == [1, 0, 1, 0]


async def test_every_body_twice_and_every_moment_reversed(
    start_sandbox: Callable[..., Any], receiver: Receiver
) -> None:
    sandbox = await pushing(start_sandbox, receiver)
    before = await sent_fixes(sandbox)
    async with switched_on(sandbox, "push_duplicate"), switched_on(sandbox, "push_reorder"):
        await said(sandbox, [fix(1), fix(2)])
        await receiver.until(lambda got: len(mine(got)) == 4)
    assert [item["deviceImei"] for item in mine(receiver)] == ["imei-2", "imei-1"] * 2
    assert await sent_fixes(sandbox) - before == 2


def fix(number: int) -> Fix:
    return Fix(f"imei-{number}", 1.8e9, 1.8e9, -1.28, 36.82, 41, 301, True, 11, 1683, 48215210, Source.GPS)


def beat(number: int) -> Heartbeat:
    return Heartbeat(f"imei-{number}", 1.8e9, True, 95, 80, True)


async def pushing(start_sandbox: Callable[..., Any], receiver: Receiver) -> Sandbox:
    """A sandbox that has pushed what its fleet had to say and whose time stands still."""
    sandbox: Sandbox = await start_sandbox(push_url=receiver.url, push_token="t")
    await drained(sandbox)
    return sandbox


async def said(sandbox: Sandbox, signals: list[Any]) -> None:
    """Let the fleet have said this and the receiver have got it."""
    assert sandbox.world.pusher is not None
    sandbox.world.pusher.offer(signals)
    await drained(sandbox)


async def drained(sandbox: Sandbox) -> None:
    assert sandbox.world.pusher is not None
    await asyncio.wait_for(sandbox.world.pusher.drained(), 20)


def mine(receiver: Receiver) -> list[dict[str, Any]]:
    """The fixes that the test had pushed, not the fleet."""
    return [item for item in receiver.items("pushgps") if item["deviceImei"].startswith("imei-")]


async def sent_fixes(sandbox: Sandbox) -> int:
    totals = (await sandbox.http.get("/control/sent")).json()["totals"]
    return int(totals.get("gps", {}).get("push", 0))
