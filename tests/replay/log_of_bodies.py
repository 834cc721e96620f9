"""A log of bodies, and its parsing by a version of one's own: what workers of that version would have done."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

import orjson

from database.log_rows import Connection, append
from fixtures.database import MIN_DEVICE_TIME, Database
from fleet import parser
from fleet.model import Fact, Parsed, Raw
from fleet.parser import Limits
from fleet.pipeline.outcome import Outcome, fact_rows, rejection_rows
from fleet.reparse.again import Parser

NOON = datetime(2026, 11, 20, 9, tzinfo=UTC)
LIMITS = Limits(MIN_DEVICE_TIME, timedelta(minutes=10))
IMEIS = tuple(f"8699990500{n:05}" for n in range(9))
READ = """select id, received_at, source, topic, content_type, body, request_meta
          from events.raw where id > %s and id <= %s order by id"""


def items_of(number: int) -> tuple[str, list[dict[str, Any]]]:
    """The topic of a body and its items: fixes, heartbeats, alarms, and places that nobody believes."""
    at = f"{NOON + timedelta(minutes=number):%Y-%m-%d %H:%M:%S}"
    mine = [IMEIS[(number + n) % len(IMEIS)] for n in range(3)]
    if number % 4 == 1:
        return "pushhb", [{"deviceImei": imei, "gateTime": at, "powerLevel": number % 90} for imei in mine]
    if number % 4 == 2:
        told = {"alertType": 151, "alarmTime": at, "lat": -1.28, "lng": 36.82}
        return "pushalarm", [{"type": "DEVICE", "msgClass": 0, "imei": imei, "msg": told} for imei in mine]
    place = {"lat": 0, "lng": 0} if number % 4 == 3 else {"lat": -1.28, "lng": 36.82}
    return "pushgps", [
        {"deviceImei": imei, "gpsTime": at, "gateTime": at, "gpsSpeed": number % 60, **place} for imei in mine
    ]


def receive(database: Database, count: int) -> None:
    """So many bodies in the log."""
    with database.connect("superuser") as db:
        for number in range(count):
            topic, items = items_of(number)
            append(db, f"token=*&data_list={quote_plus(orjson.dumps(items).decode())}".encode(), topic=topic)


def parse_as(database: Database, by: Parser) -> None:
    """Parse what waits as workers of that version do."""
    with database.connect("superuser") as db:
        while (claim := claimed(db, by.version)) is not None:
            claim_id, after_id, up_to_id = claim
            raws = [Raw(*row) for row in db.execute(READ, (after_id, up_to_id)).fetchall()]
            outcomes = [Outcome(raw.id, by.parse(raw, LIMITS)) for raw in raws]
            db.execute(
                "select events.finish_claim(%s, 'test', %s::jsonb, %s::jsonb)",
                (claim_id, fact_rows(outcomes), rejection_rows(outcomes)),
            )


def claimed(db: Connection, version: int) -> tuple[int, int, int] | None:
    return db.execute(
        "select claim_id, after_id, up_to_id from events.claim_raw('test', %s::smallint, 20, 2000000, interval '10 s')",
        (version,),
    ).fetchone()


def another_mind(raw: Raw, limits: Limits) -> Parsed:
    """A parser that moves fixes in time, reads speeds otherwise, hears no beats of one device and more in alarms."""
    parsed = parser.parse(raw, limits)
    facts = [heard for fact in parsed.facts for heard in heard_otherwise(fact)]
    believed = [r for r in parsed.rejections if r.item != 1]
    return Parsed(facts, believed)


def heard_otherwise(fact: Fact) -> list[Fact]:
    if fact.kind == "heartbeat" and fact.imei == IMEIS[0]:
        return []
    if fact.kind == "position_fix" and fact.imei in IMEIS[1:4]:
        later = fact.occurred_at + timedelta(seconds=30)
        return [Fact(fact.item, fact.kind, fact.imei, later, fact.data | {"speed_kmh": 99})]
    if fact.kind == "alarm":
        return [fact, Fact(fact.item, "device_event", fact.imei, fact.occurred_at, {"event": "login"})]
    return [fact]


FIRST = Parser(parser.VERSION, parser.parse)
SECOND = Parser(parser.VERSION + 1, another_mind)
