"""From a push with a field that nobody knows to a finding that an operator acknowledges."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

import httpx
import orjson

from fixtures.roles import Platform, wait_until
from pipeline.test_cli import fleet

BODIES, ITEMS = 6, 50


def body(number: int, **more: object) -> bytes:
    """Fifty devices' fixes of one second."""
    at = datetime.now(UTC) - timedelta(minutes=5) + timedelta(seconds=number)
    items = [
        {"deviceImei": f"8699990500{n:05d}", "gpsTime": f"{at:%Y-%m-%d %H:%M:%S}", "lat": -1.28, "lng": 36.82,
         "gpsSpeed": 40, "direction": 90, "acc": 1, "postType": 1, **more}
        for n in range(ITEMS)
    ]  # fmt: skip
    return f"token=demo-push-token&data_list={quote_plus(orjson.dumps(items).decode())}".encode()


def client(platform: Platform) -> Callable[..., httpx.Response]:
    """Requests with the administrator's token."""
    token = platform.token()

    def ask(verb: str, path: str, **options: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"}
        return httpx.request(verb, f"{platform.url}{path}", headers=headers, timeout=30, **options)

    return ask


def looked(platform: Platform) -> bool:
    """Has the worker looked at all that came?"""
    return bool(platform.database.value("select position = (select max(id) from events.raw) from drift.cursor"))


def test_a_new_field_becomes_a_finding_that_somebody_acknowledges(platform: Platform) -> None:
    platform.start("gateway", "worker")
    for number in range(BODIES):
        platform.push("jimi/pushgps", body(number))
    wait_until(lambda: looked(platform), "the usual traffic has been looked at")
    assert fleet(platform.database, "drift", "list").returncode == 0

    platform.push("jimi/pushgps", body(BODIES, tyrePressure=2.4))
    wait_until(lambda: looked(platform), "the new field has been looked at")

    api = client(platform)
    (finding,) = api("GET", "/api/drift/findings", params={"state": "open"}).raise_for_status().json()["items"]
    assert (finding["kind"], finding["field"], finding["count"]) == ("new_field", "tyrePressure", ITEMS)
    listed = fleet(platform.database, "drift", "list", "--json")
    assert listed.returncode == 1
    assert [found["finding_id"] for found in json.loads(listed.stdout)] == [finding["finding_id"]]

    address = f"/api/drift/findings/{finding['finding_id']}/acknowledge"
    assert httpx.post(f"{platform.url}{address}").status_code == 401
    assert api("POST", address, json={"note": "a new sensor"}).json() == {"acknowledged": True}
    assert api("POST", address).status_code == 404
    (known,) = api("GET", "/api/drift/findings", params={"state": "acknowledged"}).json()["items"]
    assert (known["acknowledged_by"], known["note"]) == ("admin", "a new sensor")
    assert fleet(platform.database, "drift", "list").returncode == 0
    refused = fleet(platform.database, "drift", "ack", str(finding["finding_id"]))
    assert refused.returncode == 1
    assert "fleet drift list" in refused.stderr
    assert platform.started[1].health()["drift_problem"] is None
