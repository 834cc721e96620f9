"""Rejected items can be listed, looked at beside their bytes, and parsed again when the parser knows better."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

import httpx
import orjson
import pytest

from drift.test_drift_end_to_end import client
from fixtures.roles import Platform
from pipeline.test_cli import fleet

IMEI = "869999050001018"
GOOD = {"deviceImei": IMEI, "gpsTime": "2026-08-01 06:00:00", "lat": -1.28, "lng": 36.82, "gpsSpeed": 40}
OLD = GOOD | {"gpsTime": "2026-02-01 06:00:00"}
NOWHERE = GOOD | {"lat": 0, "lng": 0}


def body(*items: dict[str, Any]) -> bytes:
    return f"token=demo-push-token&data_list={quote_plus(orjson.dumps(items).decode())}".encode()


@pytest.fixture
def rejected(platform: Platform) -> Platform:
    """A platform that has received a good item and three that do not fit."""
    platform.start("gateway", "worker")
    platform.push("jimi/pushgps", body(GOOD, OLD, NOWHERE))
    platform.push("jimi/pushhb", body({"gateTime": "2026-08-01 06:00:00"}))
    platform.wait_drained()
    return platform


def listed(platform: Platform, *words: str) -> list[dict[str, Any]]:
    told = fleet(platform.database, "rejected", "list", "--json", *words)
    assert told.returncode == 0, told.stderr
    return list(json.loads(told.stdout))


def pages(api: Callable[..., httpx.Response], **params: Any) -> list[list[int]]:
    """(raw, item) of each page of the list, page by page."""
    found: list[list[int]] = []
    while True:
        page = api("GET", "/api/rejections", params=params).raise_for_status().json()
        found += [[item["raw_id"], item["item"]] for item in page["items"]]
        if page["next"] is None:
            return found
        params["after"] = page["next"]


def test_rejections_are_listed_shown_and_parsed_again(rejected: Platform) -> None:
    everything = listed(rejected)
    assert [(one["topic"], one["item"], one["reason"]) for one in everything] == [
        ("pushhb", 0, "missing_imei"),
        ("pushgps", 2, "zero_position"),
        ("pushgps", 1, "implausible_time"),
    ]
    assert [one["reason"] for one in listed(rejected, "--topic", "pushhb")] == ["missing_imei"]
    assert [one["item"] for one in listed(rejected, "--reason", "zero_position", "--source", "jimi.push")] == [2]
    assert listed(rejected, "--since", "2099-01-01") == []
    raw_id = str(everything[-1]["raw_id"])

    shown = fleet(rejected.database, "rejected", "show", raw_id)
    assert "implausible_time" in shown.stdout
    assert "token=***" in shown.stdout
    assert "demo-push-token" not in shown.stdout
    assert "…" in fleet(rejected.database, "rejected", "show", raw_id, "--bytes", "20").stdout
    assert fleet(rejected.database, "rejected", "show", "99999999").returncode == 1

    assert fleet(rejected.database, "rejected", "reparse", raw_id).returncode == 0, "the parser knows no better yet"
    patient = {"MIN_DEVICE_TIME": "2026-01-01T00:00:00Z"}
    tried = fleet(rejected.database, "rejected", "reparse", raw_id, **patient)
    assert tried.returncode == 1
    assert "+ item 1 position_fix" in tried.stdout
    assert "- item 2: zero_position" in tried.stdout
    facts = "select count(*) from events.parsed where kind = 'position_fix'"
    assert rejected.database.value(facts) == 1
    for added in (1, 0):
        applied = fleet(rejected.database, "rejected", "reparse", raw_id, "--apply", "--json", **patient)
        assert json.loads(applied.stdout)["added"] == added
    assert rejected.database.value(facts) == 2
    rejected.wait_drained()
    assert rejected.database.value("select count(*) from state.position_history") == 2


def test_the_api_pages_filters_and_shows_bytes_to_administrators_alone(rejected: Platform) -> None:
    api = client(rejected)
    everything = pages(api)
    assert len(everything) == 3
    assert pages(api, limit=1) == everything
    assert len(pages(api, reason=["zero_position", "missing_imei"])) == 2
    assert pages(api, since="2099-01-01T00:00:00Z") == []
    assert api("GET", "/api/rejections", params={"after": "nonsense"}).status_code == 422

    raw_id = everything[-1][0]
    shown = api("GET", f"/api/rejections/{raw_id}", params={"bytes": 30}).raise_for_status().json()
    assert shown["truncated"]
    assert len(shown["body"]) == 30
    assert {one["reason"] for one in shown["rejections"]} == {"implausible_time", "zero_position"}
    assert api("GET", "/api/rejections/99999999").status_code == 404
    assert rejected.database.rows(
        "select username, outcome, detail from auth.access_log where action = 'read_raw' order by at"
    ) == [("admin", "ok", {"raw_id": raw_id}), ("admin", "not_found", {"raw_id": 99999999})]

    fleet(rejected.database, "logins", "add", "reader", "--scope", "read:fleet", "--password", "a-long-password")
    token = rejected.token("reader", "a-long-password")
    headers = {"authorization": f"Bearer {token}"}
    assert httpx.get(f"{rejected.url}/api/rejections", headers=headers).status_code == 200
    assert httpx.get(f"{rejected.url}/api/rejections/{raw_id}", headers=headers).status_code == 403


def test_the_api_has_a_worker_parse_a_row_again(rejected: Platform) -> None:
    api = client(rejected)
    raw_id = pages(api)[-1][0]
    knows_no_better = api("POST", f"/api/rejections/{raw_id}/reparse").raise_for_status().json()
    assert (knows_no_better["facts"], knows_no_better["missing"], knows_no_better["added"]) == (3, [], 0)
    assert api("POST", "/api/rejections/99999999/reparse").status_code == 404
    assert api("POST", f"/api/rejections/{raw_id}/reparse", json={"aply": True}).status_code == 422

    rejected.started[1].stop()
    rejected.worker(MIN_DEVICE_TIME="2026-01-01T00:00:00Z")
    tried = api("POST", f"/api/rejections/{raw_id}/reparse").raise_for_status().json()
    assert [(fact["item"], fact["kind"]) for fact in tried["missing"]] == [(1, "position_fix")]
    assert [(one["item"], one["reason"]) for one in tried["rejections"]] == [(2, "zero_position")]
    assert tried["added"] == 0
    facts = "select count(*) from events.parsed where kind = 'position_fix'"
    assert rejected.database.value(facts) == 1
    for added in (1, 0):
        done = api("POST", f"/api/rejections/{raw_id}/reparse", json={"apply": True}).raise_for_status().json()
        assert done["added"] == added
    assert rejected.database.value(facts) == 2
    assert rejected.database.rows(
        "select username, outcome, (detail->>'apply')::boolean from auth.access_log where action = 'reparse'"
        " and detail->>'raw_id' = %s order by at",
        str(raw_id),
    ) == [("admin", "ok", False), ("admin", "ok", False), ("admin", "ok", True), ("admin", "ok", True)]


def test_a_row_that_no_parser_is_through_with_is_not_parsed_beside_it(platform: Platform) -> None:
    platform.gateway()
    platform.push("jimi/pushgps", body(GOOD))
    api = client(platform)
    waiting = "select id from events.raw"
    raw_id = platform.database.value(waiting)
    assert api("POST", f"/api/rejections/{raw_id}/reparse").status_code == 409
    with platform.database.connect("worker") as db:
        db.execute("select events.claim_raw('somebody', 1::smallint, 10, 100000, '1 hour')")
    assert api("POST", f"/api/rejections/{raw_id}/reparse", json={"apply": True}).status_code == 409
    refused = fleet(platform.database, "rejected", "reparse", str(raw_id), "--apply")
    assert refused.returncode == 1
    assert f"{raw_id}: not parsed even once yet" in refused.stderr
    assert platform.database.value("select count(*) from events.parsed") == 0


def test_a_request_that_no_worker_answers_is_taken_back(rejected: Platform) -> None:
    api = client(rejected)
    raw_id = pages(api)[-1][0]
    rejected.started[1].kill()
    answer = api("POST", f"/api/rejections/{raw_id}/reparse", json={"apply": True})
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "no_worker")
    assert rejected.database.value("select count(*) from events.reparse_requests") == 0
