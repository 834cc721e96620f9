"""The read API over real HTTP: who gets in, for how long, and what everybody else is told."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest

from fixtures.database import SECRETS, Database
from fixtures.roles import Platform, wait_until
from fleet.admin.accounts import add_person

PASSWORD = SECRETS["ADMIN_PASSWORD"]
OPEN = {
    ("post", "/api/auth/token"),
    ("post", "/api/auth/refresh"),
    ("post", "/api/auth/logout"),
    ("get", "/api/config"),
}
ERROR_KEYS = {"code", "message", "request_id"}
PLENTY = {"ANONYMOUS_PER_MINUTE": "1000", "VIEWS_PER_MINUTE": "1000"}


@pytest.fixture(scope="module")
def api(standing: Platform) -> Platform:
    """A gateway without limits that would be in the way, and one more person."""
    add_person(standing.database.url("owner"), "operator", "operators-password", ["write:ops"])
    standing.gateway(**PLENTY)
    return standing


@pytest.fixture
def client(api: Platform) -> Iterator[httpx.Client]:
    """A browser that has not signed in."""
    with httpx.Client(base_url=api.url) as fresh:
        yield fresh


def sign_in(client: httpx.Client, username: str = "admin", password: str = PASSWORD) -> httpx.Response:
    return client.post("/api/auth/token", data={"grant_type": "password", "username": username, "password": password})


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def error(answer: httpx.Response) -> dict[str, str]:
    """The one form of errors."""
    assert set(answer.json()) == {"error"}
    told: dict[str, str] = answer.json()["error"]
    assert set(told) == ERROR_KEYS
    assert told["request_id"] == answer.headers["x-request-id"]
    assert told["message"].endswith((".", "!")), "a sentence"
    return told


def claims(**changed: Any) -> str:
    """An access token as the gateway makes them, but for what is changed."""
    now = datetime.now(UTC)
    good = {
        "iss": "fleet",
        "sub": "admin",
        "uid": 1,
        "sid": "a-session",
        "scopes": ["read:fleet"],
        "iat": now,
        "exp": now + timedelta(minutes=5),
    }
    return jwt.encode({**good, **changed}, SECRETS["JWT_SECRET"], "HS256")


def test_every_route_but_sign_in_and_the_pages_settings_wants_a_token(client: httpx.Client) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    routes = {(method, path) for path, methods in paths.items() for method in methods}
    assert routes >= OPEN
    assert len(routes) > len(OPEN)
    for method, path in routes - OPEN:
        answer = client.request(method, path)
        assert answer.status_code == 401, path
        assert answer.headers["www-authenticate"] == "Bearer"
        assert error(answer)["code"] == "not_signed_in"


@pytest.mark.parametrize(
    "token",
    [
        claims(exp=datetime.now(UTC) - timedelta(seconds=1)),
        claims(iss="somebody"),
        jwt.encode({"sub": "admin"}, SECRETS["JWT_SECRET"], "HS256"),
        jwt.encode(
            {"iss": "fleet", "sub": "admin", "uid": 1, "scopes": ["read:fleet"], "iat": 0, "exp": 2**33}, "k" * 32
        ),
        jwt.encode(
            {"iss": "fleet", "sub": "admin", "uid": 1, "scopes": ["read:fleet"], "iat": 0, "exp": 2**33}, "", "none"
        ),
        "nonsense",
    ],
    ids=["expired", "of another issuer", "without claims", "of another key", "unsigned", "nonsense"],
)
def test_a_token_that_is_not_ours_and_of_now_is_none(client: httpx.Client, token: str) -> None:
    assert client.get("/api/views/live", headers={"authorization": f"Bearer {token}"}).status_code == 401


def test_a_token_of_ours_is_good(client: httpx.Client) -> None:
    assert client.get("/api/views/live", headers=bearer(claims())).status_code == 200
    assert client.get("/api/views/live", headers={"authorization": f"Basic {claims()}"}).status_code == 401


def test_without_the_scope_it_is_403_and_the_message_names_it(client: httpx.Client) -> None:
    token = sign_in(client, "operator", "operators-password").json()["access_token"]
    answer = client.get("/api/views/live", headers=bearer(token))
    assert answer.status_code == 403
    assert "read:fleet" in error(answer)["message"]


def test_who_is_signed_in_is_told_whatever_the_scopes(client: httpx.Client) -> None:
    token = sign_in(client, "operator", "operators-password").json()["access_token"]
    assert client.get("/api/me", headers=bearer(token)).json() == {"username": "operator", "scopes": ["write:ops"]}


def test_a_body_beyond_measure_is_refused_before_anybody_is_asked_who_he_is(client: httpx.Client) -> None:
    answer = client.patch("/api/admin/vehicles/KDA001A", content=b"x" * 70_000)
    assert answer.status_code == 413


def test_another_method_is_405_and_the_answer_names_those_there_are(client: httpx.Client) -> None:
    answer = client.delete("/api/views/live")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"
    assert error(answer)["code"] == "method_not_allowed"


def test_a_failure_of_ours_has_the_form_and_the_headers_of_any_answer(platform: Platform) -> None:
    platform.gateway()
    with platform.database.connect("superuser") as db:
        db.execute("revoke execute on function serve.live_view_text from fleet_reader")
    answer = httpx.get(f"{platform.url}/api/views/live", headers=bearer(claims()))
    assert answer.status_code == 500
    assert error(answer)["code"] == "unexpected"
    assert "permission" not in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_signing_in_gives_a_short_token_and_a_cookie_out_of_reach_of_scripts(client: httpx.Client) -> None:
    answer = sign_in(client)
    assert set(answer.json()) == {"access_token", "token_type", "expires_in"}
    assert answer.json()["token_type"] == "bearer"
    cookie = answer.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("fleet_refresh=", "httponly", "samesite=strict", "path=/api/auth"))
    me = client.get("/api/me", headers=bearer(answer.json()["access_token"])).json()
    assert me == {"username": "admin", "scopes": ["admin:fleet", "read:fleet", "write:ops"]}


def test_refreshing_rotates_the_cookie_and_an_old_one_that_comes_back_ends_the_session(
    api: Platform, client: httpx.Client
) -> None:
    sign_in(client)
    first = client.cookies["fleet_refresh"]
    assert client.post("/api/auth/refresh").status_code == 200
    second = client.cookies["fleet_refresh"]
    assert first != second

    with api.database.connect("superuser") as db:  # past the grace for two tabs that ask at once
        db.execute("update auth.tokens set used_at = used_at - interval '1 minute' where used_at is not null")
    stolen = httpx.post(f"{api.url}/api/auth/refresh", cookies={"fleet_refresh": first})
    assert stolen.status_code == 401
    assert error(stolen)["code"] == "session_over"
    assert client.post("/api/auth/refresh").status_code == 401, "the successor died with it"


def test_two_tabs_that_refresh_at_once_both_go_on(api: Platform, client: httpx.Client) -> None:
    sign_in(client)
    cookies = {"fleet_refresh": client.cookies["fleet_refresh"]}
    answers = [httpx.post(f"{api.url}/api/auth/refresh", cookies=cookies) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]


def test_signing_out_ends_the_session(api: Platform, client: httpx.Client) -> None:
    sign_in(client)
    held = {"fleet_refresh": client.cookies["fleet_refresh"]}
    assert client.post("/api/auth/logout").status_code == 204
    assert "fleet_refresh" not in client.cookies
    assert httpx.post(f"{api.url}/api/auth/refresh", cookies=held).status_code == 401
    assert client.post("/api/auth/logout").status_code == 204, "twice is no error"


def test_a_session_ends_when_its_time_is_over_or_its_person_is_disabled(api: Platform, client: httpx.Client) -> None:
    add_person(api.database.url("owner"), "leaver", "leavers-password", ["read:fleet"])
    sign_in(client, "leaver", "leavers-password")
    with api.database.connect("superuser") as db:
        db.execute("update auth.accounts set disabled_at = now() where username = 'leaver'")
    assert client.post("/api/auth/refresh").status_code == 401
    assert sign_in(client, "leaver", "leavers-password").status_code == 401


def test_a_wrong_name_and_a_wrong_password_are_told_alike(client: httpx.Client) -> None:
    nobody, wrong = sign_in(client, "nobody", "a-wrong-password"), sign_in(client, "admin", "a-wrong-password")
    assert nobody.status_code == wrong.status_code == 401
    assert {**error(nobody), "request_id": ""} == {**error(wrong), "request_id": ""}
    assert sign_in(client).status_code == 200


def test_a_name_that_nobody_has_is_locked_like_any_other(client: httpx.Client) -> None:
    told = [error(sign_in(client, "nobody-at-all", "a-wrong-password"))["code"] for _ in range(6)]
    assert told == ["wrong_credentials"] * 4 + ["locked"] * 2


def test_the_fifth_wrong_password_in_a_row_locks_even_the_right_one_out(api: Platform, client: httpx.Client) -> None:
    add_person(api.database.url("owner"), "forgetful", "the-right-password", ["read:fleet"])
    told = [error(sign_in(client, "forgetful", "a-wrong-password"))["code"] for _ in range(5)]
    assert told == ["wrong_credentials"] * 4 + ["locked"]
    assert error(sign_in(client, "forgetful", "the-right-password"))["code"] == "locked"
    with api.database.connect("superuser") as db:
        db.execute("update auth.access_log set at = at - interval '16 minutes' where username = 'forgetful'")
    assert sign_in(client, "forgetful", "the-right-password").status_code == 200


def test_a_right_password_forgives_the_wrong_ones_before_it(api: Platform, client: httpx.Client) -> None:
    add_person(api.database.url("owner"), "hasty", "the-right-password", ["read:fleet"])
    for _ in range(3):
        told = [sign_in(client, "hasty", "a-wrong-password").status_code for _ in range(4)]
        assert told == [401] * 4
        assert sign_in(client, "hasty", "the-right-password").status_code == 200


def test_every_try_to_sign_in_is_in_the_access_log_without_its_password(api: Platform, client: httpx.Client) -> None:
    sign_in(client, "Logged-Name", "a-wrong-password")
    rows = api.database.rows(
        "select action, outcome, access_log::text from auth.access_log where username = 'logged-name'"
    )
    assert [row[:2] for row in rows] == [("login", "refused")]
    assert "a-wrong-password" not in rows[0][2]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ('{"stat": ["moving"]}', "stat"),
        ('{"state": ["flying"]}', "state"),
        ('{"state": "moving"}', "state"),
        ('{"date_range": {"since": "2026-01-01T00:00:00Z"}}', "date_range.since"),
        ('{"date_range": {"from": "2026-01-01T00:00:00"}}', "date_range"),
        ("[]", "filters"),
        ("not json", "filters"),
    ],
)
def test_a_bad_filter_is_422_and_named(client: httpx.Client, filters: str, names: str) -> None:
    answer = client.get("/api/views/live", params={"filters": filters}, headers=bearer(claims()))
    assert answer.status_code == 422
    assert names in error(answer)["message"]


def test_a_good_filter_of_each_kind_is_taken(client: httpx.Client) -> None:
    filters = {
        "cost_centre": ["x"], "assigned_city": ["x"], "vehicle_numbers": ["x"], "driver": ["x\u0000"],
        "state": ["moving"],
        "date_range": {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00+03:00"},
    }  # fmt: skip
    answer = client.get("/api/views/live", params={"filters": json.dumps(filters)}, headers=bearer(claims()))
    assert answer.status_code == 200
    assert answer.json()["summary"]["total"] == 0


def test_too_many_requests_are_429_and_say_when_to_come_back(platform: Platform) -> None:
    platform.gateway(VIEWS_PER_MINUTE="3", ANONYMOUS_PER_MINUTE="3")
    with httpx.Client(base_url=platform.url) as client:
        views = [client.get("/api/views/live", headers=bearer(claims())) for _ in range(4)]
        strangers = [client.get("/api/views/live") for _ in range(4)]
        tries = sign_in(client)
    assert [answer.status_code for answer in views] == [200, 200, 200, 429]
    assert [answer.status_code for answer in strangers] == [401, 401, 401, 429]
    assert tries.status_code == 429, "signing in is counted with the strangers"
    for refused in (views[-1], strangers[-1], tries):
        assert 1 <= int(refused.headers["retry-after"]) <= 61
        assert error(refused)["code"] == "too_many_requests"


@pytest.mark.parametrize(("trusted", "second"), [({"TRUSTED_PROXIES": "10.0.0.0/8,127.0.0.1"}, 401), ({}, 429)])
def test_a_trusted_proxy_tells_the_clients_address_and_nobody_else_does(
    platform: Platform, trusted: dict[str, str], second: int
) -> None:
    platform.gateway(ANONYMOUS_PER_MINUTE="1", **trusted)
    told = [
        httpx.get(f"{platform.url}/api/views/live", headers={"x-forwarded-for": client}).status_code
        for client in ("192.0.2.1", "192.0.2.2", "192.0.2.2, 10.1.2.3")
    ]
    assert told == [401, second, 429]


def test_two_sessions_of_one_person_do_not_use_up_each_others_views(platform: Platform) -> None:
    platform.gateway(VIEWS_PER_MINUTE="1")
    told = [
        httpx.get(f"{platform.url}/api/views/live", headers=bearer(claims(sid=session))).status_code
        for session in ("one", "two", "two")
    ]
    assert told == [200, 200, 429]


@pytest.mark.parametrize(
    "path", ["/live", "/login", "/api/config", "/api/views/live", "/static/fleet-core.js", "/nowhere"]
)
def test_every_answer_carries_the_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-" not in policy
    assert "http" not in policy.replace("'self'", ""), "no foreign host without a setting"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-request-id"]


def test_an_online_basemap_is_let_in_by_its_host_alone(platform: Platform) -> None:
    platform.gateway(BASEMAP_ONLINE_URL="https://tiles.example.org/style.json?key=secret")
    policy = httpx.get(f"{platform.url}/live").headers["content-security-policy"]
    assert "connect-src 'self' https://tiles.example.org;" in policy
    assert "secret" not in policy


def test_the_pages_are_served_and_the_root_leads_to_the_first(client: httpx.Client) -> None:
    assert client.get("/").headers["location"] == "/live"
    for page in ("/live", "/login"):
        answer = client.get(page)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert "<script>" not in answer.text
        assert " style=" not in answer.text
    assert set(client.get("/api/config").json()) == {
        "version",
        "basemap_online_url",
        "address_credit",
        "poll_interval_s",
    }
    assert client.get("/static/../pyproject.toml").status_code == 404
    assert client.get("/static/%2e%2e/pyproject.toml").status_code == 404


def park(database: Database, imei: str, heard_at: datetime) -> None:
    """A parked vehicle that was heard last at some time."""
    with database.connect("superuser") as db:
        db.execute("insert into domain.devices (imei, account_id, lifecycle) values (%s, 1, 'active')", (imei,))
        db.execute(
            "insert into state.live_positions (imei, fixed_at, lat, lon, quality, good_fixed_at, gate_at, source_rank,"
            " content_hash, raw_id, received_at) values (%s, %s, -1.28, 36.82, 'gps', %s, '-infinity', 2, 0, 1, %s)",
            (imei, heard_at, heard_at, heard_at),
        )


def test_an_etag_holds_until_a_vehicle_goes_from_parked_to_offline_with_no_event(
    api: Platform, client: httpx.Client
) -> None:
    day = timedelta(days=1)
    park(api.database, "869999050001018", datetime.now(UTC) - day + timedelta(seconds=4))

    def ask(etag: str = "") -> httpx.Response:
        return client.get("/api/views/live", headers={**bearer(claims()), "if-none-match": etag})

    first = ask()
    assert first.json()["summary"]["by_state"]["parked"] == 1
    etag = first.headers["etag"]
    again = ask(etag)
    assert (again.status_code, again.content) == (304, b"")
    wait_until(lambda: ask(etag).status_code == 200, "the clock has changed the page", 10)
    later = ask(etag)
    assert later.json()["summary"]["by_state"] == {"moving": 0, "parked": 0, "offline": 1, "unknown": 0}
    assert later.headers["etag"] != etag
    with api.database.connect("superuser") as db:
        db.execute("delete from state.live_positions")
        db.execute("delete from domain.devices")


def test_the_live_payload_is_not_cached_by_others(client: httpx.Client) -> None:
    headers = client.get("/api/views/live", headers=bearer(claims())).headers
    assert "private" in headers["cache-control"]
    assert "authorization" in headers["vary"].lower()


def test_a_gateway_without_its_reader_database_says_so_and_when_to_try_again(platform: Platform) -> None:
    platform.gateway()
    with platform.database.connect("superuser") as db:
        db.execute("alter role fleet_reader nologin")
    try:
        with platform.database.connect("superuser") as db:
            db.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'fleet_reader'")
        started = time.monotonic()
        answer = httpx.get(f"{platform.url}/api/views/live", headers=bearer(claims()), timeout=20)
        assert answer.status_code == 503
        assert error(answer)["code"] == "unavailable"
        assert answer.headers["retry-after"]
        assert time.monotonic() - started < 15
    finally:
        with platform.database.connect("superuser") as db:
            db.execute("alter role fleet_reader login")
