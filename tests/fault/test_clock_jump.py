"""Clocks that are wrong, of devices and of roles: received time is the database's, device time is bounded (P10)."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote_plus

import pytest
from invariants import assert_nothing_lost

from fixtures.load import Load
from fixtures.roles import Platform
from fixtures.shared_data import ROOT

pytestmark = pytest.mark.fault

DAY_S = 86_400
DEVICES = [f"8699990{n:08d}" for n in range(20)]


def storm(*years: int) -> bytes:
    """A fix of each device in each year."""
    items = [
        {"deviceImei": imei, "gpsTime": f"{year}-03-01 06:00:00", "lat": -1.28, "lng": 36.82}
        for imei in DEVICES
        for year in years
    ]
    return f"token=demo-push-token&data_list={quote_plus(json.dumps(items))}".encode()


def test_devices_from_2019_and_2050_reach_no_table_of_positions(
    platform: Platform, start_load: Callable[..., Load]
) -> None:
    platform.start("gateway", "worker")
    load = start_load(platform.url)
    for _ in range(10):
        assert platform.push("jimi/pushgps", storm(2019, 2050)).status_code == 200
    load.wait_acknowledged(50)
    load.stop()

    assert_nothing_lost(platform, load)
    database = platform.database
    assert database.value("select count(*) from state.position_history where imei = any(%s)", DEVICES) == 0
    assert database.value("select count(*) from state.live_positions where imei = any(%s)", DEVICES) == 0
    refused = "select reason, count(*) from events.rejected where detail not like '%%imei%%' group by 1"
    assert dict(database.rows(refused))["implausible_time"] == 10 * 2 * len(DEVICES)
    spoke = "select count(distinct imei) from events.parsed where kind = 'device_seen' and imei = any(%s)"
    assert database.value(spoke, DEVICES) == len(DEVICES)
    seen = database.rows("select min(occurred_at), max(occurred_at) from events.parsed where kind = 'device_seen'")
    assert all(abs(datetime.now(UTC) - at) < timedelta(hours=1) for at in seen[0])


@pytest.mark.parametrize("off_s", [-400 * DAY_S, 400 * DAY_S])
def test_a_worker_and_a_cron_whose_clocks_are_a_year_off_come_to_the_same(
    platform: Platform, start_load: Callable[..., Load], off_s: int
) -> None:
    wrong = {"PYTHONPATH": f"{ROOT / 'tests' / 'fault' / 'another_time'}:{ROOT / 'src'}", "CLOCK_OFF_S": str(off_s)}
    platform.start("gateway")
    worker, _ = platform.start("worker", "cron", **wrong)
    load = start_load(platform.url)
    load.wait_acknowledged(50)
    platform.worker()  # beside one whose clock is right
    load.wait_acknowledged(50)
    load.stop()

    assert f"the clock is {off_s} s off" in worker.log()
    assert_nothing_lost(platform, load)
    today = datetime.now(UTC)
    ((first, last),) = platform.database.rows("select min(received_at), max(received_at) from events.parsed")
    assert today - timedelta(hours=1) < first <= last < today + timedelta(minutes=1)
