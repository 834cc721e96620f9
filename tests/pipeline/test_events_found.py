"""From an IMEI and a time back to the bytes: what was received, the facts, the rejections, the rows of state."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote_plus

import httpx
import orjson
import pytest

from fixtures.database import Database
from fixtures.roles import Platform
from pipeline.test_cli import fleet

IMEI, OTHER = "869999050001018", "869999050001026"
AT = "2026-08-01T06:00:00Z"
FIX = {"deviceImei": IMEI, "gpsTime": "2026-08-01 06:00:00", "lat": -1.28, "lng": 36.82, "gpsSpeed": 40}
EARLY, LATE = FIX | {"gateTime": "2026-08-01 06:00:01"}, FIX | {"gateTime": "2026-08-01 06:00:09", "gpsSpeed": 7}
Ask = Callable[..., httpx.Response]


def body(*items: dict[str, Any]) -> bytes:
    return f"token=demo-push-token&data_list={quote_plus(orjson.dumps(items).decode())}".encode()


@pytest.fixture(scope="module")
def told(standing: Platform) -> Platform:
    """A fix told twice, the second time better, beside one of another device and one that cannot be believed."""
    standing.start("gateway", "worker", VIEWS_PER_MINUTE="1000")
    standing.push("jimi/pushgps", body(EARLY, FIX | {"deviceImei": OTHER}, FIX | {"lat": 91}))
    standing.push("jimi/pushgps", body(LATE))
    standing.push("jimi/pushgps", body(FIX | {"gpsTime": "2026-08-01 07:00:00", "extra": "\x1b[2J\u202e"}))
    standing.push("jimi/pushgps", b"token=demo-push-token&data_list=[" + IMEI.encode() + b"\xff\x00\x1b[2J")
    standing.wait_drained()
    return standing


@pytest.fixture
def ask(told: Platform) -> Iterator[Ask]:
    headers = {"authorization": f"Bearer {told.token()}"}
    with httpx.Client(base_url=told.url, headers=headers) as client:
        yield lambda **params: client.get("/api/events", params={"imei": IMEI, "at": AT, "within": 60} | params)


def find(database: Database, *words: str) -> tuple[int, str]:
    made = fleet(database, "events", "find", "--imei", IMEI, *words)
    return made.returncode, made.stdout


def test_the_bytes_facts_rejections_and_rows_of_a_moment_are_found(told: Platform, ask: Ask) -> None:
    page = ask().raise_for_status().json()
    first, second = page["items"]
    assert (page["next"], page["nearest"], page["message"]) == (None, None, None)
    assert first["body"] == body(EARLY, FIX | {"deviceImei": OTHER}, FIX | {"lat": 91}).decode().replace(
        "demo-push-token", "*" * 15
    )
    assert (first["offset"], first["truncated"], first["other_facts"]) == (0, False, 1)
    assert [(one["item"], one["reason"]) for one in first["rejections"]] == [(2, "out_of_range")]
    assert [(fact["item"], fact["kind"], fact["active"]) for fact in first["facts"]] == [
        (0, "position_fix", True),
        (2, "device_seen", True),
    ]
    fates = [
        {row["table"]: (row["won"], row["raw_id"]) for row in item["facts"][0]["rows"]} for item in (first, second)
    ]
    newer = told.database.value("select raw_id from state.live_positions where imei = %s", IMEI)
    assert [fate["state.position_history"] for fate in fates] == [(False, second["raw_id"]), (True, second["raw_id"])]
    assert [fate["state.live_positions"] for fate in fates] == [(False, newer), (False, newer)]
    assert second["facts"][0]["rows"][0]["key"] == {"imei": IMEI, "fixed_at": "2026-08-01T06:00:00+00:00"}
    looked = told.database.rows("select username, detail from auth.access_log where action = 'read_raw' order by at")
    assert looked[-2:] == [("admin", {"raw_id": first["raw_id"]}), ("admin", {"raw_id": second["raw_id"]})]


def test_pages_and_excerpts_lose_nothing(ask: Ask) -> None:
    first = ask(limit=1).json()
    second = ask(limit=1, after=first["next"]).json()
    third = ask(limit=1, after=second["next"]).json()
    assert [len(page["items"]) for page in (first, second, third)] == [1, 1, 0]
    assert first["items"][0]["raw_id"] < second["items"][0]["raw_id"]
    assert third["message"] is None, "the end of a list is no want of it"
    (short,) = ask(limit=1, bytes=60).json()["items"]
    assert (len(short["body"]), short["truncated"]) == (60, True)
    assert IMEI in short["body"], "the stretch in which the device is named"
    assert short["offset"] > 0


def test_nothing_found_says_what_was_searched_and_what_is_nearest(told: Platform, ask: Ask) -> None:
    page = ask(at="2026-08-01T06:30:00Z").json()
    assert page["items"] == []
    assert {page["nearest"][place]["occurred_at"][11:16] for place in ("before", "after")} == {"06:00", "07:00"}
    code, said = find(told.database, "--at", "2026-08-01 09:30", "--within", "60")
    assert code == 1
    assert said.strip() == page["message"]
    assert "between 2026-08-01 09:29:00 EAT and 2026-08-01 09:31:00 EAT" in said
    assert "before that: position_fix of 2026-08-01 09:00:00 EAT" in said
    assert "nothing." in ask(imei="869999050009999").json()["message"]


def test_an_operator_finds_the_same_at_the_machine(told: Platform, ask: Ask) -> None:
    code, said = find(told.database, "--at", "2026-08-01T09:00", "--within", "60", "--json")
    assert code == 0
    assert json.loads(said)["items"] == [
        {name: value for name, value in item.items() if name != "body_base64"}
        for item in _timeless(ask().json()["items"], said)
    ]
    code, said = find(told.database, "--at", "2026-08-01T09:00", "--within", "60")
    assert "token=***************&data_list=" in said
    assert "demo-push-token" not in said
    assert "item 2 rejected: out_of_range" in said
    assert "→ state.position_history (imei 869999050001018, fixed_at 2026-08-01T06:00:00+00:00)" in said


def _timeless(items: list[dict[str, Any]], said: str) -> list[dict[str, Any]]:
    """The API's items with instants spelled as the database spells them, as the command line does."""
    spelled = {item["raw_id"]: item for item in json.loads(said)["items"]}
    for item in items:
        item["received_at"] = spelled[item["raw_id"]]["received_at"]
        for fact, other in zip(item["facts"], spelled[item["raw_id"]]["facts"], strict=True):
            fact["occurred_at"] = other["occurred_at"]
            for row, same in zip(fact["rows"], other["rows"], strict=True):
                row["received_at"] = same["received_at"]
    return items


def test_what_stands_in_a_body_does_nothing_to_the_terminal(told: Platform, ask: Ask) -> None:
    received = told.database.value("select max(received_at) from events.raw").isoformat()
    code, said = find(told.database, "--at", received, "--within", "60")
    assert code == 0
    assert "\\xff\\x00\\x1b[2J" in said, "a body without a fact is found by the IMEI that stands in it"
    assert all(char.isprintable() or char in "\n\t" for char in said)
    (binary,) = [item for item in ask(at=received).json()["items"] if item.get("body_base64")]
    assert binary["facts"] == []
    assert {one["reason"] for one in binary["rejections"]} == {"not_json"}


def test_of_bytes_that_have_left_the_log_the_facts_are_still_found(told: Platform) -> None:
    question = "select serve.fn_events_of(%s, '2026-08-01 06:00Z', '2026-08-01 06:01Z')"
    with told.database.connect("superuser") as db, db.transaction(force_rollback=True):
        db.execute("set local session_replication_role = replica")
        db.execute("delete from events.raw")
        rows = [row[0] for row in db.execute(question, (IMEI,))]
    assert [(row["is_kept"], row["source"], bool(row["facts"])) for row in rows] == [(False, None, True)] * 2


def test_what_cannot_be_asked_is_told(told: Platform, ask: Ask) -> None:
    assert ask(at="2026-08-01T06:00:00").status_code == 422, "the API wants a zone"
    assert ask(after="nonsense").status_code == 422
    assert ask(at="0001-01-01T00:00:00Z").status_code == 422
    assert find(told.database, "--at", "yesterday") == (2, "")
    fleet(told.database, "logins", "add", "reader", "--scope", "read:fleet", "--password", "a-long-password")
    headers = {"authorization": f"Bearer {told.token('reader', 'a-long-password')}"}
    answer = httpx.get(f"{told.url}/api/events", params={"imei": IMEI, "at": AT}, headers=headers)
    assert answer.status_code == 403
    assert "admin:fleet" in answer.json()["error"]["message"]


def test_the_fleet_of_the_past_is_asked_like_that_of_now(told: Platform) -> None:
    headers = {"authorization": f"Bearer {told.token()}"}

    def fleet_at(**params: str) -> httpx.Response:
        return httpx.get(f"{told.url}/api/views/fleet-at", params=params, headers=headers)

    payload = fleet_at(at=AT, filters='{"state": ["moving"]}').raise_for_status().json()
    assert (payload["summary"]["total"], payload["summary"]["total_in_scope"]) == (2, 2)
    assert payload["known_at"] is None
    speeds = {item["properties"]["imei"]: item["properties"]["speed_kmh"] for item in payload["geojson"]["features"]}
    assert speeds == {IMEI: 7, OTHER: 40}
    for question, word in (
        ({"at": "2099-01-01T00:00:00Z"}, "future"),
        ({"at": AT, "known_at": "2099-01-01T00:00:00Z"}, "future"),
        ({"at": "2026-08-01T05:59:59Z"}, "The oldest is of 2026-08-01T06:00:00Z"),
        ({"at": AT, "known_at": AT}, "The oldest is of"),
        ({"at": AT, "filters": '{"colour": []}'}, "colour"),
    ):
        answer = fleet_at(**question)
        assert answer.status_code == 422
        assert word in answer.json()["error"]["message"], question
