"""Rows of the log, put there the way that the platform does it."""

from typing import Any

import orjson
import psycopg

from fixtures.database import Database

Connection = psycopg.Connection[Any]
APPEND = "select events.append_raw(%s, %s, %s, %s, %s, %s, %s)"


def append(
    db: Connection, *bodies: bytes, source: str = "jimi.push", topic: str = "pushgps", meta: Any = None
) -> list[int]:
    """Append bodies as one batch on an open connection; gives their ids."""
    n = len(bodies)
    batch = ([source] * n, [1] * n, [topic] * n, [""] * n, list(bodies), [orjson.dumps(meta or {}).decode()] * n)
    row = db.execute(APPEND, (*batch, ["test"] * n)).fetchone()
    assert row is not None
    return list(row[0])


def claim(db: Connection, worker: str, max_rows: int = 500) -> tuple[int, int, int] | None:
    """(claim, after, up to) of the next range to parse, or None."""
    return db.execute(
        "select claim_id, after_id, up_to_id from events.claim_raw(%s, 1::smallint, %s, 2000000, '10 s')",
        (worker, max_rows),
    ).fetchone()


NOTE_FACTS = (
    "select events.note_facts(array_agg(id), array_agg(received_at)) from events.parsed where id >"
    " (select events.newest_fact())"
)
"""What whoever writes events.parsed owes to the projectors."""


def store_facts(db: Connection, facts: list[dict[str, Any]]) -> None:
    """Insert rows of events.parsed, in their order. They may be older than what a fresh log has partitions for."""
    times = [fact["received_at"] for fact in facts]
    if times:
        db.execute("select series.ensure('events.parsed', %s, %s)", (min(times), max(times)))
    with db.transaction(), db.cursor() as cursor:
        cursor.executemany(
            "insert into events.parsed (raw_id, received_at, item, parser_version, kind, source, account_id, imei,"
            " occurred_at, data) values (%(raw_id)s, %(received_at)s, %(item)s, 1, %(kind)s, %(source)s, 1, %(imei)s,"
            " %(occurred_at)s, %(data)s)",
            [{"item": 0, **fact, "data": orjson.dumps(fact["data"]).decode()} for fact in facts],
        )
        cursor.execute(NOTE_FACTS)


def seed_each_log_table(database: Database) -> None:
    """One row in each table of the log."""
    with database.connect("push") as push:
        (raw_id,) = append(push, b"token=*&data_list=[]")
    with database.connect("superuser") as db:
        db.execute(
            "insert into events.parsed (raw_id, received_at, item, parser_version, kind, source, account_id,"
            " imei, occurred_at, data) select id, received_at, 0, 1, 'heartbeat', source, 1, '8699990', now(), '{}'"
            " from events.raw where id = %s",
            (raw_id,),
        )
        db.execute(NOTE_FACTS)
        db.execute(
            "insert into events.rejected select id, received_at, 0, 1, 'not_json', '' from events.raw where id = %s",
            (raw_id,),
        )
