"""What drift knows is kept in the database, look by look, whichever worker looks."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from database.log_rows import append
from drift.test_quiet_week import LIMITS
from drift.usual_traffic import Traffic
from fixtures.database import Database
from fleet.db import make_pool
from fleet.drift.paths import Row
from fleet.drift.watch import DriftWatch


class Desk:
    """A log to append to, and a worker's drift stage to look at it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.traffic = Traffic(vehicles=12)

    def receive(self, minutes: int) -> None:
        with self.database.connect("push") as push:
            for rows in self.traffic.over(timedelta(minutes=minutes)):
                for row in rows:
                    append(push, row.body, source=row.source, topic=row.topic, meta=row.request_meta)

    async def look(self) -> list[dict[str, Any]]:
        """One look by a worker that knows only what the database holds; the findings that are there then."""
        pool = make_pool(self.database.url("worker"), "test", 2)
        await pool.open()
        try:
            await DriftWatch(pool, LIMITS).look()
        finally:
            await pool.close()
        return [found for (found,) in self.database.rows("select serve.drift_findings()")]


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


async def learned(desk: Desk) -> None:
    for _ in range(8):
        desk.receive(8)
        assert await desk.look() == []


async def test_profiles_learn_from_look_to_look(desk: Desk) -> None:
    await learned(desk)
    ((present, share, types, spans),) = desk.database.rows(
        "select present, share, types, jsonb_array_length(spans) from drift.fields"
        " where topic = 'pushgps' and field = 'gpsSpeed'"
    )
    assert present > 200
    assert share == 1
    assert list(types) == ["number"]
    assert spans >= 3
    assert desk.database.value("select position from drift.cursor") == desk.database.value(
        "select max(id) from events.raw"
    )


async def test_one_finding_a_cause_is_counted_on_acknowledged_and_known_from_then_on(desk: Desk) -> None:
    await learned(desk)
    desk.traffic.spoil = {"pushgps": lambda item: item | {"tyrePressure": 2.4}}
    desk.receive(2)
    (first,) = await desk.look()
    assert (first["kind"], first["field"], first["state"]) == ("new_field", "tyrePressure", "open")
    body = desk.database.value("select convert_from(body, 'UTF8') from events.raw where id = %s", first["raw_ids"][0])
    assert "tyrePressure" in body

    desk.receive(2)
    (again,) = await desk.look()
    assert again["count"] > first["count"]
    with desk.database.connect("session") as session:
        assert session.execute("select drift.acknowledge(%s, 'amina', 'new sensor')", (first["finding_id"],)).fetchone()
        assert session.execute("select drift.acknowledge(%s, 'amina', '')", (first["finding_id"],)).fetchone() == (
            False,
        )
    desk.receive(2)
    (known,) = await desk.look()
    assert (known["state"], known["acknowledged_by"], known["note"]) == ("acknowledged", "amina", "new sensor")
    assert desk.database.value("select count(*) from drift.fields where field = 'tyrePressure'") == 1


async def test_what_is_over_and_recurs_is_a_finding_of_its_own(desk: Desk) -> None:
    await learned(desk)
    for _ in range(2):
        desk.traffic.spoil = {
            "pushhb": lambda item: {name: value for name, value in item.items() if name != "powerLevel"}
        }
        desk.receive(5)
        assert (await desk.look())[0]["state"] == "open"
        desk.traffic.spoil = {}
        desk.receive(3)
        assert (await desk.look())[0]["state"] == "resolved"
    assert [found["field"] for found in await desk.look()] == ["powerLevel"] * 2


async def test_of_two_workers_that_looked_at_the_same_one_is_kept(desk: Desk) -> None:
    desk.receive(3)
    with desk.database.connect("worker") as first:
        (now, then, *_), *_ = first.execute("select * from drift.next_rows(60, 20000)").fetchall()
        keep = "select drift.keep(%s, %s, '[]', '[]', '[]', '[]', '[]')"
        assert first.execute(keep, (now, then)).fetchone() == (True,)
        assert first.execute(keep, (now, then)).fetchone() == (False,)


async def test_of_a_long_backlog_a_sample_of_each_topic_is_looked_at(desk: Desk) -> None:
    with desk.database.connect("push") as push:
        body = b"token=*&data_list=" + orjson.dumps([{"deviceImei": "869999050001018"}])
        append(push, *[body] * 900, topic="pushgps")
        append(push, body, topic="pushhb")
    with desk.database.connect("worker") as worker:
        rows = [Row(*row[2:]) for row in worker.execute("select * from drift.next_rows(60, 800)").fetchall()]
    assert len([row for row in rows if row.topic == "pushgps"]) == 60
    assert min(row.id for row in rows) > 100
    assert [row.topic for row in rows].count("pushhb") == 1


async def test_rows_that_we_fail_at_are_passed_over(desk: Desk) -> None:
    desk.receive(1)
    await desk.look()
    with desk.database.connect("superuser") as db:
        db.execute("update drift.fields set types = '[1]' where topic = 'pushgps'")  # no profile holds that
    desk.receive(1)
    pool = make_pool(desk.database.url("worker"), "test", 2)
    await pool.open()
    watch = DriftWatch(pool, LIMITS)
    try:
        assert (await watch.look()).findings == {}
        assert "passed over" in str(watch.problem)
    finally:
        await pool.close()
    assert desk.database.value("select position from drift.cursor") == desk.database.value(
        "select max(id) from events.raw"
    )


async def test_text_that_cannot_be_stored_does_not_hold_the_watch_up(desk: Desk) -> None:
    await learned(desk)
    with desk.database.connect("push") as push:
        item = rb'[{"deviceImei":"869999050001018","a\u0000b\ud800":"c\u0000\ud800","gpsSpeed":"1\u0000"}]'
        append(push, b"token=*&data_list=" + item)
    kinds = {found["kind"] for found in await desk.look()}
    assert kinds == {"new_field", "changed_type"}
    assert desk.database.value("select position from drift.cursor") == desk.database.value(
        "select max(id) from events.raw"
    )
