"""The vendor's protocol over real HTTP: signature, skew, tokens, rates, lists and their quirks."""

import asyncio
import json
from typing import Any

import pytest

from conftest import Sandbox
from fixtures.shared_data import sample
from fleet.jimi.signing import sign

ROOT, CITIES = "demo_fleet_root", ("demo_nairobi", "demo_mombasa", "demo_kampala")


async def listed(sandbox: Sandbox, method: str, target: str, token: str) -> list[dict[str, Any]]:
    answer = await sandbox.call(method, access_token=token, target=target)
    assert answer["code"] == 0
    return answer["result"]


async def test_a_token_is_given_with_the_fields_of_the_specification(sandbox: Sandbox) -> None:
    options = sandbox.world.options
    user = {"user_id": options.user_id, "user_pwd_md5": options.user_pwd_md5, "expires_in": "7200"}
    answer = await sandbox.call("jimi.oauth.token.get", **user)
    assert types(answer) == types(json.loads(sample("poll_token_get.json")))
    assert answer["result"]["expiresIn"] == 7200


@pytest.mark.parametrize("parameters", [{"user_pwd_md5": "0" * 32}, {"expires_in": "7201"}, {"expires_in": "x"}])
async def test_a_wrong_password_or_lifetime_gets_no_token(sandbox: Sandbox, parameters: dict[str, str]) -> None:
    options = sandbox.world.options
    right = {"user_id": options.user_id, "user_pwd_md5": options.user_pwd_md5, "expires_in": "7200"}
    answer = await sandbox.call("jimi.oauth.token.get", **{**right, **parameters})
    assert answer["code"] == 1001


async def test_a_wrong_signature_is_refused(sandbox: Sandbox) -> None:
    parameters = sandbox.signed("jimi.user.child.list", access_token=await sandbox.token(), target=ROOT)
    tampered = {**parameters, "target": "demo_nairobi"}
    assert (await sandbox.http.post("/route/rest", data=parameters)).json()["code"] == 0
    assert (await sandbox.http.post("/route/rest", data=tampered)).json()["code"] == 1008


@pytest.mark.parametrize(("minutes", "code"), [(-9, 0), (9, 0), (-11, 1001), (11, 1001)])
async def test_a_time_stamp_more_than_ten_minutes_off_is_refused(sandbox: Sandbox, minutes: int, code: int) -> None:
    token = await sandbox.token()
    sandbox.clock.move(minutes=minutes)
    parameters = sandbox.signed("jimi.user.child.list", access_token=token, target=ROOT)
    sandbox.clock.move(minutes=-minutes)
    assert (await sandbox.http.post("/route/rest", data=parameters)).json()["code"] == code


async def test_query_and_form_may_be_mixed_and_get_works_too(sandbox: Sandbox) -> None:
    parameters = sandbox.signed("jimi.user.child.list", access_token=await sandbox.token(), target=ROOT)
    private = {name: parameters.pop(name) for name in ("access_token", "target")}
    mixed = await sandbox.http.post("/route/rest", params=parameters, data=private)
    got = await sandbox.http.get("/route/rest", params=parameters | private)
    assert mixed.json() == got.json()
    assert mixed.json()["code"] == 0


async def test_a_token_expires_and_an_unknown_one_is_refused(sandbox: Sandbox) -> None:
    token = await sandbox.token(expires_in=60)
    sandbox.clock.move(seconds=59)
    assert (await sandbox.call("jimi.user.child.list", access_token=token, target=ROOT))["code"] == 0
    sandbox.clock.move(seconds=1)
    expired = await sandbox.call("jimi.user.child.list", access_token=token, target=ROOT)
    unknown = await sandbox.call("jimi.user.child.list", access_token="0" * 32, target=ROOT)
    assert expired == unknown == json.loads(sample("poll_error_1004_token.json"))


async def test_a_refresh_gives_a_new_pair_and_ends_the_old(sandbox: Sandbox) -> None:
    options = sandbox.world.options
    user = {"user_id": options.user_id, "user_pwd_md5": options.user_pwd_md5, "expires_in": "7200"}
    first = (await sandbox.call("jimi.oauth.token.get", **user))["result"]
    pair = {"access_token": first["accessToken"], "refresh_token": first["refreshToken"], "expires_in": "7200"}
    second = await sandbox.call("jimi.oauth.token.refresh", **pair)
    assert types(second) == types(json.loads(sample("poll_token_refresh.json")))
    assert (await sandbox.call("jimi.oauth.token.refresh", **pair))["code"] == 1004
    fresh = second["result"]["accessToken"]
    assert (await sandbox.call("jimi.user.child.list", access_token=fresh, target=ROOT))["code"] == 0


async def test_asking_for_tokens_too_often_is_refused_until_a_minute_has_passed(sandbox: Sandbox) -> None:
    for _ in range(sandbox.world.options.token_calls_per_minute):
        await sandbox.token()
    options = sandbox.world.options
    user = {"user_id": options.user_id, "user_pwd_md5": options.user_pwd_md5, "expires_in": "7200"}
    refused = await sandbox.call("jimi.oauth.token.get", **user)
    assert refused == json.loads(sample("poll_error_1006_rate.json"))
    sandbox.clock.move(seconds=61)
    assert await sandbox.token()


async def test_calls_above_the_set_rate_are_refused(start_sandbox: Any) -> None:
    sandbox = await start_sandbox(calls_per_minute=3)
    token = await sandbox.token()
    codes = [(await sandbox.call("jimi.user.child.list", access_token=token, target=ROOT))["code"] for _ in range(3)]
    assert codes == [0, 0, 1006]


async def test_an_unknown_method_and_a_foreign_account_have_their_codes(sandbox: Sandbox) -> None:
    token = await sandbox.token()
    assert (await sandbox.call("jimi.no.such", access_token=token))["code"] == 1007
    assert (await sandbox.call("jimi.user.device.list", access_token=token, target="another"))["code"] == 214
    assert (await sandbox.call("jimi.user.device.list", access_token=token))["code"] == 1001
    foreign = await sandbox.call("jimi.track.device.detail", access_token=token, imei="869999059999999")
    assert foreign == json.loads(sample("poll_error_1002_illegal_device.json"))


async def test_lists_hold_only_what_the_account_owns_itself(sandbox: Sandbox) -> None:
    token = await sandbox.token()
    children = await listed(sandbox, "jimi.user.child.list", ROOT, token)
    assert [child["account"] for child in children] == list(CITIES)
    assert await listed(sandbox, "jimi.user.child.list", CITIES[0], token) == []
    owned = {name: await listed(sandbox, "jimi.user.device.list", name, token) for name in (ROOT, *CITIES)}
    imeis = [row["imei"] for rows in owned.values() for row in rows]
    assert sorted(imeis) == sorted(device.imei for device in sandbox.world.fleet.devices)
    assert len(owned[ROOT]) == 1


async def test_the_device_list_hides_the_driver_and_the_detail_tells(sandbox: Sandbox) -> None:
    token = await sandbox.token()
    rows = await listed(sandbox, "jimi.user.device.list", CITIES[0], token)
    detail = await sandbox.call("jimi.track.device.detail", access_token=token, imei=rows[0]["imei"])
    assert rows[0]["driverName"] is None
    assert detail["result"]["driverName"] == sandbox.world.fleet.vehicles[0].driver
    assert set(detail["result"]) == set(json.loads(sample("poll_track_device_detail.json"))["result"])
    assert set(rows[0]) == set(json.loads(sample("poll_user_device_list.json"))["result"][0])


async def test_locations_have_the_types_of_the_samples(sandbox: Sandbox) -> None:
    answer = await sandbox.call(
        "jimi.user.device.location.list", access_token=await sandbox.token(), target="demo_nairobi"
    )
    reported, expired = [row for row in answer["result"] if row["lat"]], answer["result"][-1]
    wanted = json.loads(sample("poll_user_device_location_list.json"))
    assert types(reported[0]) == types(wanted["result"][0])
    assert types(expired) == types(wanted["result"][2])
    assert (expired["lat"], expired["lng"], expired["expireFlag"]) == (0, 0, "0")
    assert set(answer) == set(wanted)


async def test_devices_that_never_reported_are_left_out(sandbox: Sandbox) -> None:
    token = await sandbox.token()
    owned = await listed(sandbox, "jimi.user.device.list", "demo_kampala", token)
    located = await listed(sandbox, "jimi.user.device.location.list", "demo_kampala", token)
    silent = {device.imei for device in sandbox.world.fleet.devices if device.never_reported}
    missing = {row["imei"] for row in owned} - {row["imei"] for row in located}
    assert len(missing) == 1
    assert missing <= silent


async def test_places_can_be_asked_by_imei(sandbox: Sandbox) -> None:
    token = await sandbox.token()
    imeis = [device.imei for device in sandbox.world.fleet.devices[:3]]
    answer = await sandbox.call("jimi.device.location.get", access_token=token, imeis=",".join(imeis))
    assert [row["imei"] for row in answer["result"]] == imeis
    many = await sandbox.call("jimi.device.location.get", access_token=token, imeis=",".join(imeis * 34))
    assert many["code"] == 220


@pytest.mark.parametrize(("fault", "code"), [("poll_1004", 1004), ("poll_1006", 1006)])
async def test_poll_faults_take_effect_and_end_at_once(sandbox: Sandbox, fault: str, code: int) -> None:
    token = await sandbox.token()
    await sandbox.http.put(f"/control/faults/{fault}")
    assert (await sandbox.call("jimi.user.child.list", access_token=token, target=ROOT))["code"] == code
    await sandbox.http.delete(f"/control/faults/{fault}")
    assert (await sandbox.call("jimi.user.child.list", access_token=token, target=ROOT))["code"] == 0


async def test_the_html_fault_answers_as_a_proxy_would(sandbox: Sandbox) -> None:
    await sandbox.http.put("/control/faults/poll_html?status=504")
    answer = await sandbox.http.post("/route/rest", data=sandbox.signed("jimi.user.child.list"))
    assert answer.status_code == 504
    assert answer.headers["content-type"].startswith("text/html")


async def test_an_unknown_fault_says_which_there_are(sandbox: Sandbox) -> None:
    answer = await sandbox.http.put("/control/faults/nonsense")
    assert answer.status_code == 404
    assert "push_pause" in answer.json()["error"]
    assert (await sandbox.http.put("/control/faults/poll_slow?seconds=x")).status_code == 422
    assert (await sandbox.http.put("/control/faults/poll_slow?minutes=1")).status_code == 404


async def test_the_truth_is_told_for_the_last_hour_and_not_for_the_future(sandbox: Sandbox) -> None:
    now = (await sandbox.http.get("/control/truth")).json()
    assert len({row["plate"] for row in now.values()}) == 12
    assert set(next(iter(now.values()))) >= {"lat", "lon", "speed_kmh", "ignition", "plate", "city"}
    later = await sandbox.http.get("/control/truth", params={"at": "2026-07-14T10:00:00Z"})
    assert later.status_code == 422
    naive = await sandbox.http.get("/control/truth", params={"at": "2026-07-14T08:59:00"})
    assert naive.status_code == 422


async def test_the_fleet_csv_has_a_row_a_fitted_device(sandbox: Sandbox) -> None:
    lines = (await sandbox.http.get("/control/fleet.csv")).text.splitlines()
    assert lines[0] == "plate,imei,device_class,cost_centre,city,driver,driver_phone,make,model"
    assert len(lines) == 1 + sum(device.vehicle is not None for device in sandbox.world.fleet.devices)


async def test_answered_places_are_counted_as_polled(sandbox: Sandbox) -> None:
    before = sandbox.clock.at
    rows = await listed(sandbox, "jimi.user.device.location.list", "demo_mombasa", await sandbox.token())
    sandbox.clock.move(seconds=1)
    window = {"from": before.isoformat(), "to": sandbox.clock.at.isoformat()}
    sent = (await sandbox.http.get("/control/sent", params=window)).json()
    assert sent["totals"] == {"gps": {"poll": len(rows)}}
    assert sent["by_imei"][rows[0]["imei"]] == {"gps": {"poll": 1}}
    after = (await sandbox.http.get("/control/sent", params={"from": window["to"]})).json()
    assert after == {"by_imei": {}, "totals": {}}


async def test_health_tells_when_the_fleet_has_stopped(sandbox: Sandbox) -> None:
    assert (await sandbox.http.get("/control/health")).json()["status"] == "ok"
    task = sandbox.tasks[0]
    stopped = asyncio.Event()
    task.add_done_callback(lambda _: stopped.set())
    task.cancel()
    await stopped.wait()
    answer = await sandbox.http.get("/health/sandbox")
    assert (answer.status_code, answer.json()["failed"]) == (503, ["fleet"])


def types(value: Any) -> Any:
    """The shape of an answer: names and types, not values."""
    if isinstance(value, dict):
        return {name: types(each) for name, each in value.items()}
    if isinstance(value, list):
        return [types(each) for each in value]
    return type(value).__name__


def test_the_signature_covers_the_token() -> None:
    assert sign({"a": "1", "access_token": "x"}, "s") != sign({"a": "1", "access_token": "y"}, "s")
