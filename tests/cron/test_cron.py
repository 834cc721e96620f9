"""Cron against the simulated vendor: what was answered is in the log, and no account waits for another."""

import asyncio
import re
from datetime import datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest

from fixtures.roles import Platform, Process, free_port, wait_until
from fleet.admin.accounts import add_vendor_account
from fleet.jimi.methods import DEVICE_LIST, TOKEN_GET, Method
from fleet.jimi.transport import JimiAccount, Transport
from fleet.sandbox.options import SandboxOptions

VENDOR = SandboxOptions()
LOCATIONS, DEVICES = "jimi.user.device.location.list", "jimi.user.device.list"
CHILDREN = "jimi.user.child.list"
FIRST, SECOND, LATER = "demo_nairobi", "demo_mombasa", "demo_kampala"
POLL_S = 1


class Setting:
    """A vendor, a cron that polls two of its accounts each second, and a third account added while it runs."""

    def __init__(self, platform: Platform) -> None:
        self.database = platform.database
        self.port = free_port()
        keys = {
            "JIMI_APP_KEY": VENDOR.app_key,
            "JIMI_APP_SECRET": VENDOR.app_secret,
            "JIMI_USER_ID": VENDOR.user_id,
            "JIMI_USER_PWD_MD5": VENDOR.user_pwd_md5,
        }
        vendor = platform.process("sandbox", **keys)
        vendor.command += ["--port", str(self.port), "--vehicles", "12"]
        vendor.health_port = self.port
        vendor.launch()
        wait_until(self.answers, "the vendor answers")
        owner = self.database.url("owner")
        for code in (FIRST, SECOND):
            add_vendor_account(owner, code, code, polled=True)
        add_vendor_account(owner, "demo_fleet_root", "not polled", polled=False)
        pace = {"JIMI_CALLS_PER_S": "50", "JIMI_FAST_CALLS_AT_ONCE": "8", "JIMI_BURST_CALLS": "50"}
        self.settings = {**keys, **pace, "JIMI_API_URL": self.url, "POLL_LIVE_POSITIONS_S": str(POLL_S)}
        self.cron: Process = platform.cron(**self.settings)
        wait_until(lambda: self.polled(LOCATIONS, SECOND) > 0, "the second account is polled")
        add_vendor_account(owner, LATER, LATER, polled=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/route/rest"

    def answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/control/health").is_success
        except httpx.HTTPError:
            return False

    def fault(self, method: str, name: str, **parameters: float) -> None:
        answer = httpx.request(method, f"http://127.0.0.1:{self.port}/control/faults/{name}", params=parameters)
        answer.raise_for_status()

    def rows(self, topic: str, account: str) -> list[tuple[bytes, dict[str, Any], str, datetime]]:
        """(body, meta, content type, received at) of the polls of an account, newest first."""
        return self.database.rows(
            "select body, request_meta, content_type, received_at"
            " from events.raw join domain.accounts using (account_id)"
            " where source = 'jimi.poll' and topic = %s and code = %s order by id desc",
            topic,
            account,
        )

    def polled(self, topic: str, account: str) -> int:
        return len(self.rows(topic, account))

    def job(self, account: str) -> dict[str, Any]:
        job: dict[str, Any] = self.cron.health()["jobs"][f"live_positions {account}"]
        return job


@pytest.fixture(scope="module")
def polling(standing: Platform) -> Setting:
    return Setting(standing)


async def ask(url: str, method: Method, account: str) -> bytes:
    """The vendor's answer to somebody else, with a token of their own."""
    known = JimiAccount(url, VENDOR.app_key, VENDOR.app_secret, VENDOR.user_id, VENDOR.user_pwd_md5)
    user = {"user_id": known.user_id, "user_pwd_md5": known.user_pwd_md5, "expires_in": "7200"}
    async with httpx.AsyncClient() as http:
        transport = Transport(known, http)
        (token,) = (await transport.send(TOKEN_GET, {}, user)).rows
        secret = {"access_token": token["accessToken"]}
        return (await transport.send(method, {"target": account}, secret)).body


def test_an_answer_is_in_the_log_to_the_byte_with_its_question(polling: Setting) -> None:
    wait_until(lambda: polling.polled(DEVICES, FIRST) > 0, "the device list was asked for")
    body, meta, content_type, received_at = polling.rows(DEVICES, FIRST)[-1]
    assert bytes(body) == asyncio.run(ask(polling.url, DEVICE_LIST, FIRST))
    assert content_type == "application/json;charset=UTF-8"
    assert meta["params"] == {"target": FIRST}
    assert meta["account"] == FIRST
    assert meta["http_status"] == 200
    assert timedelta() <= received_at - datetime.fromisoformat(meta["requested_at"]) < timedelta(seconds=10)


def test_the_device_lists_of_all_accounts_are_one_run_that_names_its_accounts(polling: Setting) -> None:
    wait_until(lambda: polling.polled(DEVICES, LATER) > 0, "all three accounts are listed", 40)
    run = polling.rows(DEVICES, LATER)[0][1]
    assert run["targets"] == sorted((FIRST, SECOND, LATER))
    wait_until(
        lambda: all(polling.rows(DEVICES, code)[0][1]["run_id"] == run["run_id"] for code in run["targets"]),
        "each of them answered in that run",
    )


def test_the_account_tree_is_walked_from_the_root(polling: Setting) -> None:
    wait_until(lambda: polling.polled(CHILDREN, VENDOR.user_id) > 0, "the root was asked for its children")
    found = "select code, parent_code from domain.accounts where code <> 'platform'"
    wait_until(
        lambda: (
            set(polling.database.rows(found))
            == {(VENDOR.user_id, None), *((code, VENDOR.user_id) for code in (FIRST, SECOND, LATER))}
        ),
        "the tree is known",
    )


def test_each_poll_is_a_run_of_its_own(polling: Setting) -> None:
    wait_until(lambda: polling.polled(LOCATIONS, FIRST) >= 3, "three polls")
    runs = [meta["run_id"] for _, meta, _, _ in polling.rows(LOCATIONS, FIRST)]
    assert len(set(runs)) == len(runs)


def test_no_secret_is_in_the_log_or_in_what_cron_writes(polling: Setting) -> None:
    held = "".join(text for (text,) in polling.database.rows("select request_meta::text from events.raw"))
    for secret in (VENDOR.app_secret, VENDOR.user_pwd_md5, "access_token", "accessToken", "sign"):
        assert secret not in held
    written = polling.cron.log()
    assert VENDOR.app_secret not in written
    assert VENDOR.user_pwd_md5 not in written
    assert not re.search(r"access_?token", written, re.IGNORECASE)


def test_an_account_that_is_not_polled_is_left_alone(polling: Setting) -> None:
    assert polling.polled(LOCATIONS, "demo_fleet_root") == 0


def test_a_proxys_page_is_kept_and_its_job_is_marked_failed_until_the_next_good_answer(polling: Setting) -> None:
    polling.fault("PUT", "poll_html", status=502)
    wait_until(lambda: polling.job(FIRST)["failures_in_a_row"] > 0, "the job is marked")
    assert "HTTP 502" in polling.job(FIRST)["problem"]
    body, meta, content_type, _ = polling.rows(LOCATIONS, FIRST)[0]
    assert bytes(body).startswith(b"<html>")
    assert content_type.startswith("text/html")
    assert meta["http_status"] == 502
    polling.fault("DELETE", "poll_html")
    wait_until(lambda: polling.job(FIRST)["failures_in_a_row"] == 0, "the job is well again")
    assert polling.job(FIRST)["problem"] is None


def test_a_token_error_costs_one_renewal_and_is_kept(polling: Setting) -> None:
    polling.fault("PUT", "poll_1004")
    wait_until(lambda: "code 1004" in (polling.job(SECOND)["problem"] or ""), "the job is marked")
    assert orjson.loads(bytes(polling.rows(LOCATIONS, SECOND)[0][0]))["code"] == 1004
    polling.fault("DELETE", "poll_1004")
    wait_until(lambda: polling.job(SECOND)["failures_in_a_row"] == 0, "the job is well again", 90)


def test_a_slow_answer_delays_no_other_account(polling: Setting) -> None:
    late_s = 3.0
    polling.fault("PUT", "poll_slow", seconds=late_s)
    since = polling.database.value("select clock_timestamp()")

    def answered_late(account: str) -> list[datetime]:
        return [
            received_at
            for _, meta, _, received_at in polling.rows(LOCATIONS, account)
            if datetime.fromisoformat(meta["requested_at"]) > since
        ]

    wait_until(lambda: all(map(answered_late, (FIRST, SECOND))), "both accounts were answered late", 15)
    first, second = (answered_late(account)[-1] for account in (FIRST, SECOND))
    polling.fault("DELETE", "poll_slow")
    assert abs(first - second) < timedelta(seconds=late_s - 0.5), "one behind the other"
    assert max(first, second) - since > timedelta(seconds=late_s)


def test_an_account_added_while_cron_runs_is_polled_from_then_on(polling: Setting) -> None:
    wait_until(lambda: polling.polled(LOCATIONS, LATER) > 0, "the account added later is polled", 40)
    wait_until(lambda: polling.polled(DEVICES, LATER) > 0, "and its devices are listed", 10)


def test_cron_stops_cleanly(polling: Setting) -> None:
    assert polling.cron.stop() == 0
