"""P3 at size: four worker processes and 100,000 events, none lost, none doubled."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote_plus

import orjson
import pytest

from fixtures.database import Database
from fixtures.roles import Platform

BODIES, ITEMS, DEVICES, BATCH = 5_000, 20, 400, 500
WORKERS = 4


def body(number: int, start: datetime) -> bytes:
    """One push of twenty fixes; no two items of the whole test are alike."""
    items = []
    for place in range(ITEMS):
        serial = number * ITEMS + place
        told_at = f"{start + timedelta(seconds=serial // DEVICES):%Y-%m-%d %H:%M:%S}"
        items.append(
            {"deviceImei": f"8699990{serial % DEVICES:08d}", "gpsTime": told_at, "gateTime": told_at,
             "lat": -1.28 + place / 1000, "lng": 36.82, "gpsSpeed": serial % 90, "direction": serial % 360,
             "acc": 1, "postType": 1, "satelliteNum": 9, "distance": serial, "status": 3}
        )  # fmt: skip
    return f"token=***************&data_list={quote_plus(orjson.dumps(items).decode())}".encode()


def append_all(database: Database) -> None:
    start = datetime.now(UTC) - timedelta(hours=2)
    with database.connect("push") as db:
        for first in range(0, BODIES, BATCH):
            bodies = [body(number, start) for number in range(first, first + BATCH)]
            batch = (["jimi.push"] * BATCH, [1] * BATCH, ["pushgps"] * BATCH, [""] * BATCH, bodies, ["{}"] * BATCH)
            db.execute("select events.append_raw(%s, %s, %s, %s, %s, %s, %s)", (*batch, ["jimi"] * BATCH))


@pytest.mark.timeout(240)
def test_four_workers_and_a_hundred_thousand_events_none_lost_none_doubled(platform: Platform) -> None:
    database = platform.database
    workers = [platform.process("worker") for _ in range(WORKERS)]
    for worker in workers:
        worker.launch()
    append_all(database)
    platform.wait_drained(180)

    expected = BODIES * ITEMS
    assert database.rows("select count(*), count(distinct (raw_id, item)) from events.parsed") == [(expected, expected)]
    assert database.value("select count(*) from events.rejected") == 0
    assert database.rows("select count(*), count(distinct (imei, fixed_at)) from state.position_history") == [
        (expected, expected)
    ]
    assert database.rows("select count(*), min(fixed_at) = max(fixed_at) from state.live_positions") == [
        (DEVICES, True)
    ]
    assert database.value("select count(*) from domain.devices where lifecycle = 'active'") == DEVICES
    last_fact = database.value("select max(id) from events.parsed")
    assert {position for (position,) in database.rows("select position from events.cursors")} == {last_fact}
    assert database.value("select handed_out from events.frontiers") == database.value("select max(id) from events.raw")
    assert database.value("select count(*) from events.claims") == 0
    ledger = database.rows("select after_id, up_to_id from events.ledger where action = 'applied' order by 1")
    assert [after for after, _ in ledger[1:]] == [up_to for _, up_to in ledger[:-1]], "ranges meet, none twice"
    parsed_by = [worker.health().get("raw_rows_parsed", 0) for worker in workers]
    assert sum(parsed_by) == BODIES
