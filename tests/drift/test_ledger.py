"""The completeness ledger: sent, received, parsed and rejected reconcile exactly, device by device."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

import orjson
import pytest

from fixtures.roles import Platform, wait_until
from fixtures.vendor import Vendor
from fleet import clock
from fleet.admin.accounts import add_vendor_account
from fleet.completeness.ledger import Difference, differences
from fleet.completeness.tally import Count, Outcome, Tally
from fleet.model import Raw
from pipeline.test_cli import fleet

NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)


def pushed(raw_id: int, *items: Any, topic: str = "pushgps") -> Raw:
    body = f"token=*&data_list={quote_plus(orjson.dumps(items).decode())}".encode()
    return Raw(raw_id, NOW, "jimi.push", topic, "", body)


def only(tally: Tally) -> Count:
    (count,) = tally.counts.values()
    return count


def test_every_item_is_parsed_or_rejected_or_without_facts_or_pending() -> None:
    tally, device = Tally(), {"deviceImei": "869999050001018"}
    tally.add(pushed(1, device, device | {"n": 1}, device | {"n": 2}), Outcome(False, {0, 1}, {1}))
    tally.add(pushed(2, device | {"n": 3}), Outcome(True, (), ()))
    count = only(tally)
    assert (count.received, count.parsed, count.rejected, count.without_facts, count.pending) == (4, 1, 1, 1, 1)
    assert (count.imei, count.kind, count.transport) == ("869999050001018", "gps", "push")


def test_a_body_that_cannot_be_opened_is_one_rejected_item_of_no_device() -> None:
    tally = Tally()
    tally.add(Raw(1, NOW, "jimi.push", "pushgps", "", b"data_list=%7Bnot json"), Outcome(False, (), {0}))
    count = only(tally)
    assert (count.imei, count.received, count.rejected) == ("", 1, 1)


def test_a_body_that_came_twice_was_sent_once() -> None:
    tally, body = Tally(), pushed(1, {"deviceImei": "869999050001018"})
    for _ in range(2):
        tally.add(body, Outcome(False, {0}, ()))
    assert (only(tally).received, only(tally).repeated, only(tally).sent) == (2, 1, 1)
    assert not differences([only(tally)], {"869999050001018": {"gps": {"push": 1}}})
    assert differences([only(tally)], {"869999050001018": {"gps": {"push": 2}}}) == [
        Difference("869999050001018", "gps", "push", sent=2, received=1)
    ]


def test_facts_of_an_item_that_the_body_does_not_hold_are_told() -> None:
    tally = Tally()
    tally.add(pushed(7, {"deviceImei": "869999050001018"}), Outcome(False, {0, 1}, ()))
    assert tally.stray == [7]


@pytest.fixture
def vendor(platform: Platform) -> Iterator[Vendor]:
    made = Vendor(platform)
    yield made
    made.process.kill()


def test_what_the_vendor_sent_is_what_was_received_device_by_device(platform: Platform, vendor: Vendor) -> None:
    platform.start("gateway", "worker")
    vendor.start()
    add_vendor_account(platform.database.url("owner"), "demo_nairobi", "Nairobi", polled=True)
    cron = platform.cron(**vendor.settings)
    vendor.fault("PUT", "push_duplicate")
    wait_until(lambda: vendor.sent("gps", "push") > 300 and vendor.sent("gps", "poll") > 10, "traffic came", 60)
    vendor.fault("PUT", "push_pause")
    listings = "select count(*) from events.raw where topic = 'jimi.user.device.location.list'"
    before = platform.database.value(listings)
    wait_until(lambda: platform.database.value(listings) > before, "a call has just ended: no other is under way")
    cron.stop()
    platform.wait_drained()

    today = clock.now().astimezone(clock.EAT).date().isoformat()
    words = ("ledger", "--day", today, "--json", "--sandbox", vendor.url)
    told = fleet(platform.database, *words)
    assert told.returncode == 0, told.stderr[-2000:]
    document = json.loads(told.stdout)
    totals = document["totals"]
    assert totals["received"] == totals["parsed"] + totals["rejected"] + totals["without_facts"]
    assert totals["pending"] == 0
    assert totals["repeated"] > 100
    assert {row["kind"] for row in document["rows"]} >= {"gps", "hb", "event", "device"}
    assert platform.database.value("select sum(received) from drift.completeness") == totals["received"]

    platform.push("jimi/pushgps", pushed(0, {"deviceImei": "869999050001018"}).body.replace(b"*", b"demo-push-token"))
    differs = fleet(platform.database, *words)
    assert differs.returncode == 1
    assert "869999050001018 gps by push: sent 0, received 1." in differs.stderr
    assert fleet(platform.database, "ledger", "--sandbox", "http://127.0.0.1:9").returncode == 3
