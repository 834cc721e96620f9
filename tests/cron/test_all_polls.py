"""Every poll of the registry against the simulated vendor, with a worker that makes facts of the answers."""

from collections.abc import Iterator

import pytest

from fixtures.roles import Platform, wait_until
from fleet.admin.accounts import add_vendor_account
from fleet.cron.polls.registry import ACCOUNT_POLLS, FLEET_POLLS
from fleet.jimi import methods
from fleet.sandbox.options import SandboxOptions

VENDOR = SandboxOptions()
ACCOUNTS = ("demo_nairobi", "demo_mombasa", "demo_kampala", VENDOR.user_id)
LATER = {
    f"POLL_{name}_S": "0"
    for name in ("STALE_RESCUE", "ALARMS", "TRIPS", "PARKING", "TRACK", "TRACK_AGAIN", "DEVICE_DETAIL")
}


KEYS = {
    "JIMI_APP_KEY": VENDOR.app_key,
    "JIMI_APP_SECRET": VENDOR.app_secret,
    "JIMI_USER_ID": VENDOR.user_id,
    "JIMI_USER_PWD_MD5": VENDOR.user_pwd_md5,
}
LISTED = "select count(*) from domain.devices where account_as_of > '-infinity'"
SUCCEEDED = "select job, account from serve.fn_jobs() where succeeded_at is not null"


@pytest.fixture
def vendor_url(platform: Platform) -> Iterator[str]:
    """The simulated vendor's address."""
    vendor = platform.process("sandbox", **KEYS)
    vendor.command += ["--port", str(vendor.health_port), "--vehicles", "12"]
    vendor.launch()
    wait_until(lambda: vendor.health().get("status") == "ok", "the vendor answers")
    yield f"http://127.0.0.1:{vendor.health_port}/route/rest"
    vendor.kill()


def test_every_poll_succeeds_for_every_account_and_its_answers_become_facts(
    platform: Platform, vendor_url: str
) -> None:
    database = platform.database
    for code in ACCOUNTS:
        add_vendor_account(database.url("owner"), code, code, polled=True)
    settings = {**KEYS, "JIMI_API_URL": vendor_url, "JIMI_CALLS_PER_S": "50"}
    platform.worker()
    first = platform.cron(**settings, **LATER)
    wait_until(lambda: database.value(LISTED) >= 15, "the devices are known")
    assert first.stop() == 0

    platform.cron(**settings)
    wanted = {(poll.name, code) for poll in ACCOUNT_POLLS for code in ACCOUNTS if code != VENDOR.user_id}
    wanted |= {(poll.name, "") for poll in FLEET_POLLS}
    wait_until(lambda: wanted <= set(database.rows(SUCCEEDED)), "every poll succeeded", 90)
    assert database.rows("select job, account, problem from serve.fn_jobs() where problem is not null") == []
    platform.wait_drained()
    kinds = {kind for (kind,) in database.rows("select distinct kind from events.parsed where source = 'jimi.poll'")}
    assert kinds >= {"position_fix", "device_listed", "listing_completed", "trip_reported", "parking_reported"}
    asked = {topic for (topic,) in database.rows("select distinct topic from events.raw")}
    assert {methods.TRACK_LIST.name, methods.ALARM_LIST.name, methods.DEVICE_DETAIL.name} <= asked
