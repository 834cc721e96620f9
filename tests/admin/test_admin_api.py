"""Administration over HTTP, on a gateway and a worker: changes, refusals, history, who may."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from database.log_rows import append
from fixtures.roles import Platform, wait_until
from fleet.admin.accounts import add_person

IMEI, OTHER, CAMERA = "869999050002016", "869999050002024", "869999050002032"
PLENTY = {"ANONYMOUS_PER_MINUTE": "10000", "VIEWS_PER_MINUTE": "10000"}
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def running(standing: Platform) -> Platform:
    """A gateway and a worker; one person who may only read."""
    add_person(standing.database.url("owner"), "reader", "a-readers-password", ["read:fleet"])
    standing.start("gateway", "worker", **PLENTY)
    return standing


class Admin:
    """Somebody signed in."""

    def __init__(self, platform: Platform, username: str = "admin", password: str = "a-test-password") -> None:
        self.platform = platform
        self.http = httpx.Client(
            base_url=f"{platform.url}/api/admin",
            headers={"authorization": f"Bearer {platform.token(username, password)}"},
            timeout=20,
        )

    def get(self, path: str, **query: Any) -> Any:
        return self.http.get(path, params=query).raise_for_status().json()

    def change(self, path: str, **fields: Any) -> dict[str, Any]:
        """A change that must be seen at once; gives the row."""
        method = "POST" if path.endswith(("/vehicle", "/driver", "/lifecycle")) else "PATCH"
        answer = self.http.request(method, path, json=fields)
        assert answer.status_code == 200, answer.text
        row: dict[str, Any] = answer.json()
        return row

    def refused(self, path: str, **fields: Any) -> tuple[int, str, str]:
        """(status, code, message) of a change that must be refused, and must leave nothing in the log."""
        before = self.platform.database.value("select count(*) from events.raw")
        method = "POST" if path.endswith(("/vehicle", "/driver", "/lifecycle")) else "PATCH"
        answer = self.http.request(method, path, json=fields)
        assert self.platform.database.value("select count(*) from events.raw") == before
        error = answer.json()["error"]
        assert error["request_id"] == answer.headers["x-request-id"]
        return answer.status_code, error["code"], error["message"]


@pytest.fixture(scope="module")
def admin(running: Platform) -> Iterator[Admin]:
    """The administrator, with places and people to name."""
    made = Admin(running)
    made.change("/cities/Nairobi")
    made.change("/cost-centres/Fibre installs", code="FIB")
    made.change("/drivers/Amina", phone="+254700000001")
    yield made
    made.http.close()


def fix(imei: str, at: datetime) -> bytes:
    """A pushed good fix."""
    item = {"deviceImei": imei, "gpsTime": f"{at:%Y-%m-%d %H:%M:%S}", "lat": -1.28, "lng": 36.82, "gpsSpeed": 0}
    return f"token=demo-push-token&data_list={json.dumps([item])}".encode()


def test_a_change_is_an_event_of_the_log_with_who_when_and_why(admin: Admin) -> None:
    answer = admin.http.patch("/vehicles/KDA 001A", json={"city": "Nairobi", "reason": "a new one"})
    assert answer.status_code == 200, answer.text
    ((source, topic, body, meta, verified_by),) = admin.platform.database.rows(
        "select source, topic, convert_from(body, 'UTF8'), request_meta, verified_by from events.raw where id = %s",
        int(answer.headers["x-event-id"]),
    )
    assert (source, topic, verified_by) == ("ops", "vehicle.set", "session")
    assert json.loads(body) == {"plate": "KDA 001A", "city": "Nairobi"}
    assert (meta["by"], meta["reason"], meta["request_id"]) == ("admin", "a new one", answer.headers["x-request-id"])
    assert abs(datetime.fromisoformat(meta["stated_at"]) - datetime.now(UTC)) < timedelta(minutes=1)


def test_absent_fields_stay_null_clears_and_any_spelling_of_the_plate_finds_the_vehicle(admin: Admin) -> None:
    first = admin.change("/vehicles/KDB 002B", city="Nairobi", cost_centre="Fibre installs", make="Isuzu")
    again = admin.change("/vehicles/kdb-002b", city=None, model="D-Max")
    assert again == {**first, "city": None, "model": "D-Max"}
    assert admin.get("/vehicles/KDB002B") == again


def test_a_change_through_the_api_is_seen_in_the_live_view(admin: Admin) -> None:
    platform = admin.platform
    assert platform.push("jimi/pushgps", fix(IMEI, NOW)).status_code == 200
    platform.wait_drained()
    admin.change("/vehicles/KDC 003C", cost_centre="Fibre installs", city="Nairobi")
    row = admin.change(f"/devices/{IMEI}/vehicle", plate="kdc 003c")
    assert (row["plate"], row["lifecycle"]) == ("KDC 003C", "active")
    assert admin.change("/vehicles/KDC 003C/driver", driver="Amina")["imeis"] == [IMEI]

    token = platform.token()

    def shown() -> dict[str, dict[str, Any]]:
        features = platform.live(token)["geojson"]["features"]
        return {feature["properties"]["imei"]: feature["properties"] for feature in features}

    def told(*fields: str) -> list[str | None]:
        return [shown()[IMEI][field] for field in fields]

    # The view is as of the whole second, so what holds from this very moment may show a second later.
    wait_until(lambda: told("driver") == ["Amina"], "the driver shows")
    assert told("plate", "cost_centre", "cost_centre_code", "city") == ["KDC 003C", "Fibre installs", "FIB", "Nairobi"]
    admin.change("/vehicles/KDC 003C/driver", driver=None)
    wait_until(lambda: told("driver") == [None], "nobody drives it")
    admin.change(f"/devices/{IMEI}/lifecycle", to="decommissioned")
    assert IMEI not in shown()


def test_assignments_in_the_past_and_to_come_are_in_the_history(admin: Admin) -> None:
    for plate in ("KDD 004D", "KDE 005E"):
        admin.change(f"/vehicles/{plate}")
    admin.change(f"/devices/{OTHER}", device_class="tracker")
    past, to_come = NOW - timedelta(days=30), NOW + timedelta(days=30)
    admin.change(f"/devices/{OTHER}/vehicle", plate="KDD 004D", valid_from=past.isoformat(), reason="fitted")
    row = admin.change(f"/devices/{OTHER}/vehicle", plate="KDE 005E", valid_from=to_come.isoformat())
    assert row["plate"] == "KDD 004D"
    periods = admin.get(f"/devices/{OTHER}/history")["vehicles"]
    assert [(p["plate"], p["reason"], p["stated_by"]) for p in periods] == [
        ("KDE 005E", None, "admin"),
        ("KDD 004D", "fitted", "admin"),
    ]
    assert datetime.fromisoformat(periods[1]["valid_until"]) == to_come
    (carried,) = admin.get("/vehicles/KDD 004D/history")["devices"]
    assert (carried["imei"], datetime.fromisoformat(carried["valid_from"])) == (OTHER, past)
    assert admin.change(f"/devices/{OTHER}/vehicle", plate=None)["plate"] is None
    assert [p["plate"] for p in admin.get(f"/devices/{OTHER}/history")["vehicles"]] == ["KDE 005E", None, "KDD 004D"]


def test_the_lifecycle_step_by_step_and_a_refused_step_says_which_are_possible(admin: Admin) -> None:
    assert admin.change(f"/devices/{CAMERA}", device_class="camera", sim="89254")["lifecycle"] == "provisioned"
    for to in ("suspended", "active", "decommissioned"):
        assert admin.change(f"/devices/{CAMERA}/lifecycle", to=to)["lifecycle"] == to
    for to in ("active", "provisioned", "decommissioned"):
        assert admin.refused(f"/devices/{CAMERA}/lifecycle", to=to) == (
            409,
            "conflict",
            f"to: A device that is decommissioned cannot become {to}. It can become: suspended.",
        )
    steps = admin.get(f"/devices/{CAMERA}/history")["lifecycle"]
    assert [step["to_state"] for step in steps] == ["decommissioned", "active", "suspended"]
    assert {step["taken"] for step in steps} == {True}


@pytest.mark.parametrize(
    ("path", "fields", "status", "says"),
    [
        ("/vehicles/KDA 001A", {"city": "Atlantis"}, 422, "city: There is no city Atlantis"),
        ("/vehicles/KDA 001A", {"cost_centre": "None%s"}, 422, "cost_centre: There is no cost centre None%s"),
        ("/vehicles/KDA 001A", {"colour": "red"}, 422, "body.colour: Extra inputs"),
        ("/vehicles/--", {}, 422, "plate: “--” is no plate"),
        ("/vehicles/NO 1/driver", {"driver": "Amina"}, 404, "plate: There is no vehicle NO 1"),
        ("/vehicles/KDA 001A/driver", {"driver": "Nobody at all"}, 422, "driver: There is no driver"),
        ("/vehicles/KDA 001A/driver", {}, 422, "body.driver: Field required"),
        ("/devices/869999059999999/vehicle", {"plate": "KDA 001A"}, 404, "imei: There is no device"),
        (f"/devices/{CAMERA}/vehicle", {"plate": "NO 1"}, 422, "plate: There is no vehicle NO 1"),
        (f"/devices/{CAMERA}/vehicle", {"plate": None, "valid_from": "2026-11-01T00:00:00"}, 422, "body.valid_from"),
        (f"/devices/{CAMERA}/vehicle", {"plate": None, "valid_from": "1900-11-01T00:00:00Z"}, 422, "body.valid_from"),
        ("/devices/not-a-number", {}, 422, "path.imei"),
        (f"/devices/{CAMERA}", {"device_class": "balloon"}, 422, "Known: tracker, camera."),
        (f"/devices/{CAMERA}/lifecycle", {"to": "lost"}, 422, "body.to"),
        ("/cost-centres/Survey", {"code": "FIB"}, 409, "The code FIB belongs to"),
        ("/cost-centres/Survey", {"code": None}, 422, "body.code"),
        ("/accounts/platform", {"name": "Mine"}, 422, "code: The account platform is built in"),
        ("/drivers/%00", {}, 422, "path.name"),
        ("/drivers/Amina", {"city": "Atlantis"}, 422, "city: There is no city Atlantis"),
        ("/drivers/Amina", {"cost_centre": "None%s"}, 422, "cost_centre: There is no cost centre None%s"),
        ("/drivers/Amina", {"active": "maybe"}, 422, "body.active"),
    ],
)
def test_a_change_that_cannot_stand_is_refused_and_the_field_is_named(
    admin: Admin, path: str, fields: dict[str, Any], status: int, says: str
) -> None:
    admin.change("/vehicles/KDA 001A")
    admin.change(f"/devices/{CAMERA}")
    refused_status, _, message = admin.refused(path, **fields)
    assert refused_status == status, message
    assert says in message


def test_what_hr_says_of_a_driver_is_shown_and_may_be_changed(admin: Admin) -> None:
    known = admin.change("/drivers/Amina", staff_no="T-17", cost_centre="Fibre installs", active=True)
    assert (known["staff_no"], known["cost_centre"], known["active"]) == ("T-17", "Fibre installs", True)
    known = admin.change("/drivers/Amina", city="Nairobi", active=False, staff_no=None)
    assert (known["staff_no"], known["city"], known["active"]) == (None, "Nairobi", False)
    assert known["phone"] == "+254700000001"


def test_lists_are_in_order_cut_into_pages_and_searched(admin: Admin) -> None:
    plates = [f"KXX {n:03}X" for n in range(5)]
    for plate in reversed(plates):
        admin.change(f"/vehicles/{plate}", make="Findable")
    pages = [admin.get("/vehicles", search="kxx", limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert [row["plate"] for page in pages for row in page["items"]] == plates
    assert {page["total"] for page in pages} == {5}
    assert admin.get("/vehicles", search="no such thing at all") == {"items": [], "total": 0}
    for kind in ("vehicles", "devices", "drivers", "accounts", "cost-centres", "cities"):
        page = admin.get(f"/{kind}")
        assert len(page["items"]) == page["total"] > 0


def test_an_account_is_added_and_changed_field_by_field(admin: Admin) -> None:
    first = admin.change("/accounts/vendor_hq", name="Head office", polled=True)
    assert (first["name"], first["polled"], first["devices"]) == ("Head office", True, 0)
    assert admin.change("/accounts/vendor_hq", polled=False) == {**first, "polled": False}


def test_who_may_only_read_is_refused_everywhere(admin: Admin) -> None:
    token = admin.platform.token("reader", "a-readers-password")
    document = httpx.get(f"{admin.platform.url}/api/openapi.json").json()
    routes = [(method, path) for path, methods in document["paths"].items() for method in methods]
    tried = [route for route in routes if route[1].startswith("/api/admin/")]
    assert len(tried) >= 20
    for method, path in tried:
        url, headers = f"{admin.platform.url}{path}", {"authorization": f"Bearer {token}"}
        answer = httpx.request(method, url, json={}, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden"), path
        assert httpx.request(method, url).status_code == 401


def test_two_who_change_one_device_at_once_leave_one_end(admin: Admin) -> None:
    imei = "869999050002040"
    admin.change(f"/devices/{imei}")
    steps = [
        threading.Thread(target=admin.http.post, args=(f"/devices/{imei}/lifecycle",), kwargs={"json": {"to": to}})
        for to in ("suspended", "decommissioned")
    ]
    for step in steps:
        step.start()
    for step in steps:
        step.join()
    assert admin.get(f"/devices/{imei}")["lifecycle"] in ("suspended", "decommissioned")


def test_without_a_worker_the_answer_is_202_and_the_change_comes_later(admin: Admin) -> None:
    (worker,) = [process for process in admin.platform.started if process.role == "worker"]
    worker.stop()
    answer = admin.http.patch("/cities/Mombasa", json={})
    assert answer.status_code == 202
    assert answer.json()["event_id"] == int(answer.headers["x-event-id"])
    assert admin.http.get("/cities/Mombasa").status_code == 404
    worker.start()
    admin.platform.wait_drained()
    assert admin.get("/cities/Mombasa") == {"city": "Mombasa", "vehicles": 0}


def test_a_statement_that_nobody_can_read_is_rejected_with_its_reason(admin: Admin) -> None:
    with admin.platform.database.connect("push") as push:
        ids = append(push, b'{"imei":"1","to":"lost"}', b"[]", b'{"to":', source="ops", topic="device.lifecycle")
    admin.platform.wait_drained()
    rejected = admin.platform.database.rows(
        "select reason from events.rejected where raw_id = any(%s) order by raw_id", ids
    )
    assert [reason for (reason,) in rejected] == ["wrong_type", "not_object", "not_json"]
