"""The cron process against a vendor that the test commands: killed in the middle, held up, restarted."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import pytest

from cron.desk import Office, asked, imeis, open_office, window
from fixtures.database import Database
from fixtures.roles import Platform, Process, wait_until
from fleet.jimi import methods
from jimi.vendor import TOKEN_GET, Reply, told

OFF = {
    f"POLL_{name}_S": "0"
    for name in (
        "LIVE_POSITIONS",
        "STALE_RESCUE",
        "ALARMS",
        "TRIPS",
        "PARKING",
        "TRACK",
        "TRACK_AGAIN",
        "DEVICE_LIST",
        "DEVICE_DETAIL",
        "CHILD_ACCOUNTS",
    )
}
TRIPS, TRACK, LIVE = methods.TRIPS.name, methods.TRACK_LIST.name, methods.LOCATION_LIST.name


@dataclass
class Scene:
    """An office without a clerk, and the cron process that is one."""

    office: Office
    platform: Platform

    def cron(self, **polls: str) -> Process:
        """A cron that runs these polls and no other, launched."""
        vendor = self.office.vendor.account
        process = self.platform.process(
            "cron",
            JIMI_API_URL=vendor.url,
            JIMI_APP_KEY=vendor.app_key,
            JIMI_APP_SECRET=vendor.app_secret,
            JIMI_USER_ID=vendor.user_id,
            JIMI_USER_PWD_MD5=vendor.user_pwd_md5,
            JIMI_CALLS_PER_S="100",
            **(OFF | {f"POLL_{name}_S": every_s for name, every_s in polls.items()}),
        )
        process.launch()
        return process

    async def until(self, true: Callable[[], bool], what: str) -> None:
        """wait_until beside the vendor, which lives in this thread's loop."""
        await asyncio.to_thread(wait_until, true, what)

    def jobs(self) -> dict[tuple[str, str], tuple[Any, ...]]:
        """events.jobs as the API reads it: (succeeded, brought, failures in a row, problem) by job and account."""
        with self.office.database.connect("reader") as reader:
            rows = reader.execute(
                "select job, account, succeeded_at is not null, brought, failures_in_a_row, problem"
                " from serve.fn_jobs()"
            ).fetchall()
        return {(job, account): tuple(rest) for job, account, *rest in rows}


@pytest.fixture
async def scene(database: Database, platform: Platform) -> AsyncIterator[Scene]:
    async with open_office(database) as office:
        yield Scene(office, platform)


async def test_killed_between_two_answers_it_asks_for_both_again_and_needs_no_new_token(scene: Scene) -> None:
    office = scene.office
    office.account(devices=60)
    never = asyncio.Event()
    office.vendor.scripts[TRIPS] = lambda call: (
        told(0, result=[]) if len(asked(call)) == 50 else Reply(b"", wait_for=never)
    )
    cron = scene.cron(TRIPS="900")
    await office.vendor.wait_for_calls(TRIPS, 2)
    cron.kill()
    assert len(office.rows(TRIPS)) == 1
    assert office.watermark("trips") is None, "half of a window is in the log"
    never.set()

    office.vendor.scripts[TRIPS] = lambda _: told(0, result=[])
    scene.cron(TRIPS="900")
    await scene.until(lambda: office.watermark("trips") is not None, "the window is done")
    first, _, again, rest = office.vendor.of(TRIPS)
    assert (asked(again), asked(rest)) == (imeis(60)[:50], imeis(60)[50:])
    assert window(again)[0] >= window(first)[0]
    assert office.watermark("trips") == window(again)[1]
    assert len(office.vendor.of(TOKEN_GET)) == 1


async def test_a_track_of_minutes_delays_no_other_poll(scene: Scene) -> None:
    office = scene.office
    office.account(devices=2)
    done = asyncio.Event()
    office.vendor.scripts[TRACK] = lambda _: Reply(b'{"code":0,"result":[]}', wait_for=done)
    office.vendor.scripts[TRIPS] = lambda _: told(0, result=[])
    cron = scene.cron(TRACK="1800", LIVE_POSITIONS="1", TRIPS="900", ALARMS="900", PARKING="900")
    await office.vendor.wait_for_calls(TRACK, 1)
    live = len(office.vendor.of(LIVE))
    await office.vendor.wait_for_calls(LIVE, live + 2)
    for method in (TRIPS, methods.ALARM_LIST.name, methods.PARKING.name):
        await office.vendor.wait_for_calls(method, 1)
    assert office.vendor.under_way[TRACK] == 1, "all the while"
    done.set()
    await scene.until(lambda: office.watermark("track", imeis(2)[1]) is not None, "both tracks are there")
    assert await asyncio.to_thread(cron.stop) == 0


async def test_an_account_that_fails_leaves_the_others_and_says_so_where_everybody_can_read_it(scene: Scene) -> None:
    office = scene.office
    for code in ("bad", "good"):
        office.account(code)
    office.vendor.scripts[LIVE] = lambda call: (
        Reply(b"<html>Bad Gateway</html>", 502, "text/html")
        if call.params["target"] == "bad"
        else told(0, result=[{"imei": imei} for imei in imeis(3)])
    )
    cron = scene.cron(LIVE_POSITIONS="1")
    await office.vendor.wait_for_calls(LIVE, 6)
    await scene.until(lambda: len(scene.jobs()) == 3, "both jobs are noted, and the partitions")
    jobs = scene.jobs()
    assert jobs["live_positions", "good"] == (True, 3, 0, None)
    succeeded, brought, failures, problem = jobs["live_positions", "bad"]
    assert (succeeded, brought) == (False, 0)
    assert failures >= 1
    assert problem == f"{LIVE}: no answer of the vendor's making, HTTP 502."
    health = (await asyncio.to_thread(cron.health))["jobs"]
    assert health["live_positions bad"]["problem"] == problem
    assert health["live_positions good"]["brought"] == 3
    assert datetime.fromisoformat(health["live_positions good"]["succeeded_at"]).tzinfo is not None


async def test_a_poll_that_is_switched_off_is_no_job_any_more(scene: Scene) -> None:
    scene.office.account()
    cron = scene.cron(LIVE_POSITIONS="1", ALARMS="300")
    await scene.until(lambda: len(scene.jobs()) == 3, "both jobs are noted, and the partitions")
    assert await asyncio.to_thread(cron.stop) == 0
    scene.cron(ALARMS="300")
    await scene.until(
        lambda: set(scene.jobs()) == {("partitions", ""), ("alarms", "demo_nairobi")}, "one of them is forgotten"
    )


async def test_stopped_in_the_middle_of_calls_it_says_nothing_and_leaves_no_lease(scene: Scene) -> None:
    office = scene.office
    office.account(devices=1)
    never = asyncio.Event()
    office.vendor.scripts[TOKEN_GET] = lambda _: Reply(b"", wait_for=never)
    cron = scene.cron(LIVE_POSITIONS="1", TRACK="1")
    await office.vendor.wait_for_calls(TOKEN_GET, 1)
    held = "select count(*) from auth.upstream_tokens where lease_until > clock_timestamp()"
    assert office.database.value(held) == 1
    assert await asyncio.to_thread(cron.stop) == 0
    assert office.database.value(held) == 0
    lines = [orjson.loads(line) for line in cron.log().splitlines()]
    assert {line["event"] for line in lines if line["level"] != "info"} == set()
    never.set()


async def test_a_restart_does_not_repeat_what_is_not_due_yet(scene: Scene) -> None:
    office = scene.office
    office.account()
    cron = scene.cron(DEVICE_LIST="86400", LIVE_POSITIONS="1")
    done = ("device_list", "")
    await scene.until(lambda: scene.jobs().get(done, (False,))[0], "the devices are listed")
    assert await asyncio.to_thread(cron.stop) == 0
    listed, live = len(office.vendor.of(methods.DEVICE_LIST.name)), len(office.vendor.of(LIVE))
    scene.cron(DEVICE_LIST="86400", LIVE_POSITIONS="1")
    await office.vendor.wait_for_calls(LIVE, live + 2)
    assert len(office.vendor.of(methods.DEVICE_LIST.name)) == listed == 1
