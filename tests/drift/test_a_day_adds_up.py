"""156 vehicles straight into the pipeline: sent, received, parsed and rejected reconcile exactly, per vehicle.

An hour of them; LEDGER_HOURS=24 makes it a day.
"""

import os
import random
from datetime import datetime, timedelta

import psycopg
import pytest

from database.log_rows import append
from drift.usual_traffic import Traffic
from fixtures.database import Database
from fixtures.roles import Platform
from fleet import clock
from fleet.completeness.ledger import Ledger, differences, make_ledger
from fleet.drift.paths import Row

HOURS = float(os.environ.get("LEDGER_HOURS", "1"))
VEHICLES = 156
SENT_TWICE, BROKEN = 0.02, 0.02


def receive(push: psycopg.Connection[object], rows: list[Row], chance: random.Random) -> int:
    """Append rows; some pushes come twice, as senders do that got no answer. Gives the number of broken bodies."""
    broken = 0
    for row in rows:
        times = 2 if row.source == "jimi.push" and chance.random() < SENT_TWICE else 1
        append(push, *[row.body] * times, source=row.source, topic=row.topic, meta=row.request_meta)
        if chance.random() < BROKEN:
            broken += 1
            append(push, b"token=*&data_list=%5B%7B broken", topic="pushgps", meta={"broken": broken})
    return broken


def ledger_of(database: Database, day: datetime) -> Ledger:
    return make_ledger(database.url("owner"), day.date())


@pytest.mark.timeout(240 * max(1, HOURS))
def test_what_156_vehicles_sent_adds_up(platform: Platform) -> None:
    started = clock.now().astimezone(clock.EAT)
    now = clock.now().replace(microsecond=0)
    traffic = Traffic(VEHICLES, start=now - timedelta(hours=HOURS), pause=timedelta(minutes=5))
    chance, broken = random.Random(7), 0
    with platform.database.connect("push") as push:
        for rows in traffic.over(timedelta(hours=HOURS)):
            broken += receive(push, rows, chance)
    if clock.now().astimezone(clock.EAT).date() != started.date():
        pytest.skip("the East African day changed during the test")

    before = ledger_of(platform.database, started)
    assert sum(count.pending for count in before.counts) == sum(count.received for count in before.counts)
    platform.worker()
    platform.wait_drained(60 * max(1, HOURS))

    made = ledger_of(platform.database, started)
    assert made.stray == []
    assert differences(made.counts, traffic.sent) == []
    assert len({count.imei for count in made.counts}) > VEHICLES
    totals = {
        name: sum(getattr(count, name) for count in made.counts)
        for name in ("received", "repeated", "parsed", "rejected", "without_facts", "pending")
    }
    assert totals["received"] == totals["parsed"] + totals["rejected"] + totals["without_facts"]
    assert totals["pending"] == 0
    assert totals["repeated"] > 0
    nobody = [count for count in made.counts if count.imei == "" and count.kind == "gps"]
    assert sum(count.rejected for count in nobody) == broken
    assert sum(count.received for count in made.counts if count.kind == "gps") > 10_000 * HOURS
    assert platform.database.value("select count(*) from events.parsed where kind = 'position_fix'") > 10_000 * HOURS
