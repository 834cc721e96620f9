"""What drift knows, to and from the schema `drift`."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from psycopg.rows import dict_row

from fleet.db import Connection
from fleet.drift.finding import Cause, Report
from fleet.drift.listings import Listing
from fleet.drift.look import Known
from fleet.drift.paths import Row
from fleet.drift.profile import FieldProfile, TopicProfile

ROWS_A_TOPIC = 60
NEWEST = 20_000

NEXT = "select * from drift.next_rows(%s, %s)"
KEEP = "select drift.keep(%s, %s, %s::jsonb, %s::jsonb, %s::jsonb, %s::jsonb, %s::jsonb)"
FIELDS = """select source, topic, field, since_item, last_item, last_body, first_seen_at, last_seen_at, present, types,
                   low, high, spans, sample from drift.fields"""
LISTINGS = "select topic, account_id, target, raw_id, seen_at, expected, missed from drift.listings"
UNRESOLVED = """select kind, source, topic, field, cause, state = 'acknowledged' from drift.findings
                where state <> 'resolved'"""


async def next_rows(db: Connection) -> tuple[int, int, list[Row]]:
    """The cursor as it is and as it is to be, and a sample of the rows between."""
    found = await (await db.execute(NEXT, (ROWS_A_TOPIC, NEWEST), binary=True)).fetchall()
    if not found:
        return 0, 0, []
    return found[0][0], found[0][1], [Row(*row[2:]) for row in found]


async def known(db: Connection) -> Known:
    """Profiles and listings as they were kept."""
    held = Known()
    cursor = db.cursor(row_factory=dict_row)
    await cursor.execute("select source, topic, first_seen_at, last_seen_at, items, bodies, gap_s from drift.topics")
    for row in await cursor.fetchall():
        held.profiles.topics[row["source"], row["topic"]] = TopicProfile(**row)
    await cursor.execute(FIELDS)
    for row in await cursor.fetchall():
        of_topic = held.profiles.fields.setdefault((row["source"], row["topic"]), {})
        of_topic[row["field"]] = FieldProfile(**row)
    await cursor.execute(LISTINGS)
    for row in await cursor.fetchall():
        held.listings[row["topic"], row["account_id"], row["target"]] = Listing(**row)
    return held


async def unresolved(db: Connection) -> Mapping[Cause, bool]:
    """The findings that are not over: has somebody acknowledged them?"""
    rows = await (await db.execute(UNRESOLVED)).fetchall()
    return {(row[0], row[1], row[2], row[3], row[4]): row[5] for row in rows}


async def keep(db: Connection, cursor: tuple[int, int], held: Known, rows: Iterable[Row], report: Report) -> bool:
    """Keep what a look at `rows` came to. False, and nothing kept, when another worker has looked meanwhile."""
    topics = {(row.source, row.topic) for row in rows}
    profiles = [held.profiles.topics[topic].as_row() for topic in topics if topic in held.profiles.topics]
    fields = [field.as_row() for topic in topics for field in held.profiles.fields.get(topic, {}).values()]
    asked = {topic for _, topic in topics}
    listings = [listing.as_row() for listing in held.listings.values() if listing.topic in asked]
    findings = [finding.as_row() for finding in report.findings.values()]
    documents = (profiles, fields, listings, findings, list(report.ended))
    row = await (await db.execute(KEEP, (*cursor, *map(_json, documents)))).fetchone()
    return bool(row and row[0])


def _json(rows: Any) -> str:
    return orjson.dumps(rows).decode()
