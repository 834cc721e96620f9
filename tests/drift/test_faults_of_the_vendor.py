"""The vendor changes under a running platform: every change becomes a finding, and ends when the change does."""

from collections.abc import Iterator

import pytest

from fixtures.roles import Platform, wait_until
from fixtures.vendor import Vendor
from fleet.admin.accounts import add_vendor_account

LOCATIONS = "jimi.user.device.location.list"
FAULTS = {
    "rename_field?topic=pushhb&field=powerLevel&to=batteryLevel": {
        ("new_field", "pushhb", "batteryLevel"),
        ("vanished_field", "pushhb", "powerLevel"),
    },
    "drop_field?topic=pushgps&field=satelliteNum": {("vanished_field", "pushgps", "satelliteNum")},
    "add_field?topic=pushgps&field=firmware": {("new_field", "pushgps", "firmware")},
    "change_unit?topic=pushgps&field=gpsSpeed": {("unit_jump", "pushgps", "~ gpsSpeed per way and time")},
    f"change_type?topic={LOCATIONS}&field=speed": {("changed_type", LOCATIONS, "speed")},
    "unknown_alarm?code=9999": {("unknown_alarm_code", "pushalarm", "hub0 code")},
    "omit_vehicles?share=0.3": {("omitted_vehicles", LOCATIONS, "imei")},
}
THAT_END = {"vanished_field", "unit_jump", "omitted_vehicles"}
SETTLED = """select count(*) from drift.topics
             where items >= 200 and topic in ('pushgps', 'pushhb', %s)"""
JUDGED = """select coalesce(min(jsonb_array_length(spans)), 0) >= 5 from drift.fields
            where topic = 'pushgps' and field = '~ gpsSpeed per way and time'"""


@pytest.fixture
def vendor(platform: Platform) -> Iterator[Vendor]:
    made = Vendor(platform, vehicles=40)
    yield made
    made.process.kill()


def findings(platform: Platform, state: str) -> set[tuple[str, str, str]]:
    return set(platform.database.rows("select kind, topic, field from drift.findings where state = %s", state))


@pytest.mark.timeout(400)
def test_every_change_is_found_in_live_traffic_and_ends_with_it(platform: Platform, vendor: Vendor) -> None:
    platform.start("gateway", "worker")
    vendor.start()
    add_vendor_account(platform.database.url("owner"), "demo_nairobi", "Nairobi", polled=True)
    platform.cron(**vendor.settings, **{"POLL_DEVICE_LIST_S": "5"})
    wait_until(lambda: platform.database.value(SETTLED, LOCATIONS) == 3, "every topic was learned", 120)
    wait_until(lambda: bool(platform.database.value(JUDGED)), "speeds were judged", 60)
    assert findings(platform, "open") == set()

    for fault in FAULTS:
        vendor.fault("PUT", fault)
    expected = set().union(*FAULTS.values())
    wait_until(lambda: findings(platform, "open") >= expected, "every change was found", 120)
    unexpected = {found for found in findings(platform, "open") - expected if found[0] != "unknown_alarm_code"}
    assert unexpected == set()

    for fault in FAULTS:
        vendor.fault("DELETE", fault.partition("?")[0])
    ending = {found for found in expected if found[0] in THAT_END}
    wait_until(lambda: findings(platform, "resolved") >= ending, "what is over was resolved", 90)
    assert {kind for kind, _, _ in findings(platform, "open")} <= {"new_field", "changed_type", "unknown_alarm_code"}
