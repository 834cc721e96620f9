"""The push address over real HTTP, as the pinned interfaces say."""

import hashlib
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

import httpx
import orjson
import pytest

from fixtures.database import SECRETS
from fixtures.roles import Platform, Process
from fixtures.shared_data import manifest, sample

TOKEN = SECRETS["JIMI_PUSH_TOKEN"]
URL_SECRET = SECRETS["JIMI_PUSH_URL_SECRET"]
HR_KEY = SECRETS["HR_PUSH_SECRET"]
ACCEPTED = {"code": 0, "msg": "success", "message": "success"}
PUSHED = [entry for entry in manifest() if entry.get("endpoint", "").startswith("/")]
LIMIT_BYTES = 4096


@pytest.fixture(scope="module")
def gateway(standing: Platform) -> Process:
    return standing.gateway()


@pytest.fixture
def push(standing: Platform, gateway: Process) -> "Pusher":
    return Pusher(standing)


class Pusher:
    """Sends, and sees what the log got of it."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self._before = platform.database.value("select coalesce(max(id), 0) from events.raw")

    def __call__(self, path: str, body: bytes, **headers: str) -> httpx.Response:
        return self.platform.push(path, body, **headers)

    @property
    def appended(self) -> list[dict[str, Any]]:
        """The rows of events.raw since the test began, in order."""
        columns = ("source", "topic", "content_type", "body", "request_meta", "verified_by", "account")
        rows = self.platform.database.rows(
            "select source, topic, content_type, body, request_meta, verified_by, code"
            " from events.raw join domain.accounts using (account_id) where id > %s order by id",
            self._before,
        )
        return [dict(zip(columns, row, strict=True)) for row in rows]


def masked(body: bytes, secret: bytes = TOKEN.encode()) -> bytes:
    """The body as the log may hold it."""
    return body.replace(secret, b"*" * len(secret))


@pytest.mark.parametrize("entry", PUSHED, ids=[entry["file"] for entry in PUSHED])
def test_each_sample_is_answered_and_kept_as_the_manifest_says(push: Pusher, entry: dict[str, Any]) -> None:
    body, family_a = sample(entry["file"]), entry["endpoint"] == "/your-single-url"
    # Of the samples without a status one kind carries no token (uploadCallback), and so cannot be believed.
    status = entry.get("status", 200 if family_a or TOKEN.encode() in body else 401)
    path = f"jimi-a/{URL_SECRET}" if family_a else f"jimi{entry['endpoint']}"

    answer = push(path, body, **{"content-type": entry["content_type"]})

    assert answer.status_code == status
    if status != 200:
        assert answer.json()["code"] == 1
        assert push.appended == []
        return
    assert answer.json() == ACCEPTED
    (row,) = push.appended
    assert body.count(TOKEN.encode()) == (0 if family_a else 1), "the sample does not carry one token"
    assert bytes(row["body"]) == masked(body)
    assert row["request_meta"]["sha256"] == hashlib.sha256(body).hexdigest()
    assert row["content_type"] == entry["content_type"]
    assert row["source"] == "jimi.push"
    assert row["account"] == "platform"
    assert row["verified_by"] == ("jimi-a" if family_a else "jimi")
    if family_a:
        assert "redacted" not in row["request_meta"]
        assert row["topic"].startswith("jimi.") or row["topic"] == "probe" or row["topic"] in body.decode()
    else:
        start = body.index(TOKEN.encode())
        assert row["request_meta"]["redacted"] == [[start, start + len(TOKEN)]]
        assert row["topic"] == entry["endpoint"].removeprefix("/").lower()


def test_a_family_a_push_is_filed_under_its_message_type(push: Pusher) -> None:
    push(f"jimi-a/{URL_SECRET}", sample("tsp_push_device_alarm.form"))
    push(f"jimi-a/{URL_SECRET}", sample("tsp_push_device_alarm_jsonbody.json"))
    assert [row["topic"] for row in push.appended] == ["jimi.push.device.alarm"] * 2


def test_the_url_secret_is_neither_stored_nor_logged(push: Pusher, gateway: Process) -> None:
    push(f"jimi-a/{URL_SECRET}", b"msgType=x&data={}")
    push("jimi-a/wrong-url-secret", b"msgType=x&data={}")
    held = push.platform.database.value(
        "select count(*) from events.raw where raw::text like %s or encode(body, 'escape') like %s",
        *[f"%{URL_SECRET}%"] * 2,
    )
    assert held == 0
    assert URL_SECRET not in gateway.log()
    assert "wrong-url-secret" not in gateway.log()


def encoded(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(char):04x}" for char in text)


@pytest.mark.parametrize(
    ("shape", "spelled", "content_type"),
    [
        ("token={}&data_list=[]", TOKEN, "form"),
        ("data_list=[]&token={}", TOKEN, "form"),
        ("data_list=[]&token={}&x=1", TOKEN, "form"),
        ("data_list=[]&%74oken={}", TOKEN, "form"),
        ("data_list=[]&token={}", encoded(TOKEN), "form"),
        ("%74%6F%6B%65%6E={}&data_list=[]", encoded(TOKEN), "form"),
        ('{{"token":"{}","data_list":[]}}', TOKEN, "json"),
        ('{{"data_list":[],"token" : "{}"}}', TOKEN, "json"),
        ('{{"data_list":[],"token":"{}"}}', escaped(TOKEN), "json"),
        ('{{"data_list":[],"t\\u006fken":"{}"}}', TOKEN, "json"),
        ('{{"data_list":[{{"token":"other"}}],"token":"{}"}}', TOKEN, "json"),
        ('{{"token":"{}","data_list":[]}}', TOKEN, "form"),
        ('{{"token":"{}","data_list":[{{"cut', TOKEN, "json"),
    ],
)
def test_the_token_is_found_and_masked_in_whatever_encoding_it_stands(
    push: Pusher, shape: str, spelled: str, content_type: str
) -> None:
    kinds = {"form": "application/x-www-form-urlencoded", "json": "application/json"}
    body = shape.format(spelled).encode()
    assert push("jimi/pushgps", body, **{"content-type": kinds[content_type]}).status_code == 200
    (row,) = push.appended
    start = body.index(spelled.encode())
    assert row["request_meta"]["redacted"] == [[start, start + len(spelled)]]
    assert bytes(row["body"]) == shape.format("*" * len(spelled)).encode()


@pytest.mark.parametrize("form", ["token={0}&data_list=[]&token={1}", '{{"token":"{0}","data_list":[],"token":"{1}"}}'])
def test_a_token_that_occurs_twice_must_fit_both_times(push: Pusher, form: str) -> None:
    assert push("jimi/pushgps", form.format(TOKEN, TOKEN).encode()).status_code == 200
    (row,) = push.appended
    assert bytes(row["body"]) == masked(form.format(TOKEN, TOKEN).encode())
    for pair in ((TOKEN, "other"), ("other", TOKEN)):
        assert push("jimi/pushgps", form.format(*pair).encode()).status_code == 401
    assert len(push.appended) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"data_list=[]",
        b"token=wrong&data_list=[]",
        b"token=&data_list=[]",
        b'{"data_list":[{"token":"demo-push-token"}]}',
        b'[{"token":"demo-push-token"}]',
        b"data_list=" + quote_plus('[{"token":"demo-push-token"}]').encode(),
        b"mytoken=demo-push-token",
        b'{"token":null}',
        b'{"token":["demo-push-token"]}',
        b'{"token":{"token":"demo-push-token"}}',
        b"\xff\xfe\x00",
    ],
)
def test_without_the_token_at_top_level_nothing_is_believed_or_stored(push: Pusher, body: bytes) -> None:
    answer = push("jimi/pushgps", body)
    assert answer.status_code == 401
    assert answer.json()["code"] == 1
    assert push.appended == []


@pytest.mark.parametrize("path", ["pushgps", "PUSHGPS", "PushGps", "PushSomethingNew"])
def test_the_path_is_read_in_any_case_and_an_unknown_one_is_kept(push: Pusher, path: str) -> None:
    assert push(f"jimi/{path}", f"token={TOKEN}&data_list=[]".encode()).json() == ACCEPTED
    assert [row["topic"] for row in push.appended] == [path.lower()]


def test_a_signed_push_is_kept_verbatim_and_again_when_it_is_sent_again(push: Pusher) -> None:
    body, at_s = orjson.dumps({"roster": [], "token": "not-ours"}), time.time() - 200
    for _ in range(2):
        assert push.platform.signed_push("hr", body, HR_KEY, at_s).json() == ACCEPTED
    first, again = push.appended
    assert first == again
    assert bytes(first["body"]) == body
    assert (first["source"], first["topic"], first["verified_by"]) == ("hr", "hr", "hr")


@pytest.mark.parametrize("age_s", [-400, 400], ids=["from the future", "stale"])
def test_a_signature_out_of_time_is_refused(push: Pusher, age_s: float) -> None:
    assert push.platform.signed_push("hr", b"{}", HR_KEY, time.time() - age_s).status_code == 401
    assert push.appended == []


def test_a_signature_by_the_wrong_key_or_over_another_body_is_refused(push: Pusher) -> None:
    assert push.platform.signed_push("hr", b"{}", "another-key").status_code == 401
    assert push.platform.signed_push("fuel", b"{}", HR_KEY).status_code == 401
    good = push.platform.signed_push("hr", b'{"n":1}', HR_KEY).request.headers["x-fleet-signature"]
    assert push("hr", b'{"n":2}', **{"x-fleet-signature": good}).status_code == 401
    for nonsense in ("", "t=,v1=", "t=1", "v1=00", "t=²,v1=00", "hello"):
        raw = [(b"x-fleet-signature", nonsense.encode())]
        assert httpx.post(f"{push.platform.url}/push/hr", content=b"{}", headers=raw).status_code == 401
    assert len(push.appended) == 1


@pytest.mark.parametrize("source", ["jimi/pushgps", f"jimi-a/{URL_SECRET}", "hr", "nobody"])
def test_a_probe_is_answered_and_leaves_nothing(push: Pusher, source: str) -> None:
    address = f"{push.platform.url}/push/{source}"
    assert httpx.get(address).json() == ACCEPTED
    assert httpx.head(address).status_code == 200
    if not source.startswith("jimi-a"):
        assert httpx.post(address).json() == ACCEPTED
    assert push.appended == []


def test_a_body_that_breaks_off_is_neither_kept_nor_acknowledged(push: Pusher) -> None:
    whole = f"token={TOKEN}&data_list=[]".encode()
    head = f"POST /push/jimi/pushgps HTTP/1.1\r\nHost: x\r\nContent-Length: {len(whole) + 1000}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", push.platform.gateway_port)) as sender:
        sender.sendall(head.encode() + whole)
        sender.shutdown(socket.SHUT_WR)
        assert b" 200 " not in sender.recv(1000)[:20]
    push("jimi/pushgps", whole)
    assert len(push.appended) == 1


def test_a_signature_dated_with_thousands_of_digits_is_refused_like_any_other(push: Pusher) -> None:
    signature = f"t={'1' * 5000},v1={'0' * 64}"
    assert push("hr", b"{}", **{"x-fleet-signature": signature}).status_code == 401


def test_an_unknown_source_or_address_is_refused(push: Pusher) -> None:
    assert push("nobody", b"x").status_code == 401
    assert push("", b"x").status_code == 404
    assert httpx.put(f"{push.platform.url}/push/jimi/pushgps", content=b"x").status_code == 405
    assert push.appended == []


def test_neither_api_errors_nor_its_headers_reach_the_push_path(push: Pusher) -> None:
    answer = push("jimi/pushgps", b"x")
    assert "content-security-policy" not in answer.headers
    assert "error" not in answer.json()


def test_no_secret_is_in_a_log_line(push: Pusher, gateway: Process) -> None:
    push("jimi/pushgps", f"token={TOKEN}&data_list=[]".encode())
    push("jimi/pushgps", b"token=almost-the-token&data_list=[]")
    push.platform.token()
    secrets = [value for key, value in SECRETS.items() if key not in ("MIN_DEVICE_TIME", "ADMIN_USERNAME")]
    written = gateway.log()
    assert written
    assert [secret for secret in [*secrets, "almost-the-token"] if secret in written] == []


def test_a_key_sealed_by_somebody_else_silences_its_source_alone(platform: Platform) -> None:
    with platform.database.connect("superuser") as db:
        db.execute("update auth.push_credentials set sealed_key = 'sealed-elsewhere' where source = 'hr'")
    gateway = platform.gateway()
    assert platform.push("jimi/pushgps", f"token={TOKEN}&data_list=[]".encode()).status_code == 200
    assert platform.signed_push("hr", b"{}", HR_KEY).status_code == 401
    assert "credential_unreadable" in gateway.log()


class TestLimits:
    """A gateway with a small limit, stopped at the end so that its tally is written."""

    @pytest.fixture
    def small(self, platform: Platform) -> Platform:
        platform.gateway(PUSH_MAX_BODY_BYTES=str(LIMIT_BYTES))
        return platform

    def test_a_body_beyond_the_limit_is_refused_however_it_comes(self, small: Platform) -> None:
        def body(length: int) -> bytes:
            return f"token={TOKEN}&data_list=".encode().ljust(length, b"x")

        def chunked(length: int) -> Iterator[bytes]:
            whole = body(length)
            yield from (whole[at : at + 512] for at in range(0, length, 512))

        assert small.push("jimi/pushgps", body(LIMIT_BYTES)).status_code == 200
        assert httpx.post(f"{small.url}/push/jimi/pushgps", content=chunked(LIMIT_BYTES)).status_code == 200
        assert small.push("jimi/pushgps", body(LIMIT_BYTES + 1)).status_code == 413
        answer = httpx.post(f"{small.url}/push/jimi/pushgps", content=chunked(LIMIT_BYTES + 1))
        assert answer.status_code == 413
        assert answer.json()["code"] == 1
        assert small.database.value("select count(*) from events.raw") == 2

    def test_every_outcome_is_counted_by_source_and_only_the_accepted_are_stored(self, small: Platform) -> None:
        for token in (TOKEN, TOKEN, "wrong"):
            small.push("jimi/pushgps", f"token={token}&data_list=[]".encode())
        small.push("jimi/pushgps", b"x" * (LIMIT_BYTES + 1))
        small.push("jimi/pushgps", b"")
        small.push("no-such-source", b"x")
        small.signed_push("hr", b"{}", HR_KEY, 0)
        assert small.started[0].stop() == 0

        tally = small.database.rows("select source, outcome, sum(pushes)::int from auth.push_tally group by 1, 2")
        assert sorted(tally) == [
            ("hr", "refused", 1),
            ("jimi", "accepted", 2),
            ("jimi", "probe", 1),
            ("jimi", "refused", 1),
            ("jimi", "too_large", 1),
            ("unknown", "refused", 1),
        ]
        assert small.database.value("select count(*) from events.raw") == 2
