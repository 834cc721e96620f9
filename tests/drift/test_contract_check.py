"""The daily check: every method asked once; what the vendor changed is told by method and field."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from drift.test_drift_end_to_end import client
from fixtures.database import Database
from fixtures.roles import Platform, free_port, wait_until
from fixtures.vendor import Vendor
from fleet.drift.contract.judge import judge
from fleet.jimi.answers import Answer
from fleet.parser.registry import ROUTES
from pipeline.test_cli import fleet

QUICK = {"JIMI_CALLS_PER_S": "50", "JIMI_FAST_CALLS_AT_ONCE": "8", "JIMI_BURST_CALLS": "50"}
DEVICE = {
    "imei": "869999050001018", "deviceName": "KDA 101A", "mcType": "X3", "carFrame": "", "vehicleNumber": "KDA 101A",
    "sim": None, "driverName": None, "driverPhone": None, "deviceGroup": "", "enabledFlag": 1,
    "expiration": "2036-03-01 23:59:59",
}  # fmt: skip


def answer(body: Any, method: str = "jimi.user.device.list", status: int = 200) -> Answer:
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return Answer(method, {}, datetime(2026, 7, 14, tzinfo=UTC), status, "application/json", content)


def devices(**changes: Any) -> Answer:
    row = {name: value for name, value in (DEVICE | changes).items() if value is not ...}
    return answer({"code": 0, "message": "success", "result": [row]})


def told(judged: Answer) -> list[tuple[str, str]]:
    return [(one.field, one.problem) for one in judge(judged).differences]


def test_an_answer_as_agreed_is_no_difference() -> None:
    assert judge(devices()).verdict == "as_agreed"
    assert judge(answer({"code": "0", "message": " ok", "result": None})).verdict == "as_agreed"


def test_what_is_new_gone_or_of_another_type_is_told_by_field() -> None:
    assert told(devices(colour="red")) == [("colour", "unknown field")]
    assert told(devices(mcType=3)) == [("mcType", "changed type")]
    assert told(devices(expiration=...)) == [("expiration", "missing field")]
    assert told(devices(expiration=..., expires="2036-03-01")) == [
        ("expires", "unknown field"),
        ("expiration", "missing field"),
    ]
    assert ("imei", "cannot be read") in told(devices(imei="not a number"))


def test_an_envelope_of_another_shape_is_drift() -> None:
    assert told(answer({"code": 0, "message": "success", "result": [], "page": 1})) == [
        ("page", "unknown field of the envelope")
    ]
    assert told(answer({"code": 0, "message": "success", "result": "nothing"})) == [("", "payload")]
    assert told(answer({"message": "success", "result": []})) == [("code", "missing")]


def test_a_refusal_of_the_moment_is_no_drift_but_a_method_that_is_gone_is() -> None:
    for code in (-1, 1004, 1005, 1006):
        assert judge(answer({"code": code, "message": "", "result": None})).verdict == "unreachable"
    assert judge(answer({"code": 1007, "message": "Request method error", "result": None})).verdict == "drift"
    assert judge(answer(b"<html>502</html>", status=502)).verdict == "unreachable"


@pytest.fixture
def vendor(platform: Platform) -> Iterator[Vendor]:
    made = Vendor(platform, vehicles=12)
    try:
        made.start()
        yield made
    finally:
        made.process.kill()


def check(database: Database, vendor: Vendor) -> tuple[int, dict[str, Any]]:
    done = fleet(database, "contract-check", "--json", **vendor.settings, **QUICK)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_each_change_of_the_vendor_is_found_within_one_check(platform: Platform, vendor: Vendor) -> None:
    code, run = check(platform.database, vendor)
    assert (code, run["verdict"]) == (0, "as_agreed"), [one for one in run["methods"] if one["differences"]]
    polled = {topic for source, topic in ROUTES if source == "jimi.poll"}
    assert {one["method"] for one in run["methods"]} == polled, "every answer that the parser reads is checked"
    asked = {one["method"]: one["rows"] for one in run["methods"] if one["verdict"] == "as_agreed"}
    assert asked["jimi.user.device.location.list"] > 0
    assert asked["jimi.track.device.detail"] == 1
    in_log = {topic for (topic,) in platform.database.rows("select distinct topic from events.raw")}
    assert in_log == {one["method"] for one in run["methods"]}

    vendor.fault("PUT", "rename_field?topic=jimi.user.device.location.list&field=gpsTime&to=fixTime")
    code, run = check(platform.database, vendor)
    (location,) = [one for one in run["methods"] if one["verdict"] == "drift"]
    assert (code, run["verdict"], location["method"]) == (1, "drift", "jimi.user.device.location.list")
    assert {(one["field"], one["problem"]) for one in location["differences"]} == {
        ("fixTime", "unknown field"),
        ("gpsTime", "missing field"),
    }
    vendor.fault("DELETE", "rename_field")

    platform.gateway()
    api = client(platform)
    (kept,) = [one for one in api("GET", "/api/drift/contract").json()["run"]["methods"] if one["verdict"] == "drift"]
    assert kept["differences"] == location["differences"]

    vendor.fault("PUT", "trips_disabled")
    code, run = check(platform.database, vendor)
    (trips,) = [one for one in run["methods"] if one["method"] == "jimi.open.platform.report.trips"]
    assert (code, run["verdict"], trips["rows"]) == (0, "as_agreed", 0), "a report that is not enabled is no drift"
    vendor.fault("DELETE", "trips_disabled")

    vendor.fault("PUT", "poll_html")
    code, run = check(platform.database, vendor)
    assert (code, run["verdict"]) == (3, "unreachable")


def test_a_vendor_that_is_away_is_told_from_one_that_changed(database: Database) -> None:
    away = Vendor.__new__(Vendor)
    away.settings = {"JIMI_API_URL": f"http://127.0.0.1:{free_port()}/route/rest", "JIMI_APP_KEY": "k",
                     "JIMI_APP_SECRET": "s", "JIMI_USER_ID": "u", "JIMI_USER_PWD_MD5": "p"}  # fmt: skip
    code, run = check(database, away)
    assert (code, run["verdict"]) == (3, "unreachable")
    assert fleet(database, "contract-check").returncode == 2, "the vendor's keys are not set"


def test_cron_checks_the_contract_by_itself(platform: Platform, vendor: Vendor) -> None:
    platform.cron(**vendor.settings, **QUICK, CONTRACT_CHECK_S="1")
    rows = "select verdict from drift.contract_runs order by run_id limit 1"
    wait_until(lambda: platform.database.rows(rows) == [("as_agreed",)], "the contract was checked", 60)
