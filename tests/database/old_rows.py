"""Rows of the log that are days old, and how long they are to be kept."""

from datetime import UTC, datetime, timedelta

from database.log_rows import NOTE_FACTS
from fixtures.database import Database

DAY = timedelta(days=1)
TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def declare(database: Database, table: str, keep: str, **more: object) -> None:
    """The one UPDATE by which an operator changes what is kept."""
    settings = {"keep": keep, "compress_after": None, **more}
    columns = ", ".join(f"{column} = %s" for column in settings)
    with database.connect() as owner:
        owner.execute(
            f"update series.retention set {columns} where table_name = %s".encode(), [*settings.values(), table]
        )


def receive(database: Database, *moments: datetime, parsed: bool = True, folded: bool = True) -> list[int]:
    """Raw rows of these moments with a fact each, as far along as told."""
    ids = []
    with database.connect() as owner:
        for moment in moments:
            for table in ("events.raw", "events.parsed", "events.rejected"):
                owner.execute("select series.ensure(%s, %s, %s)", (table, moment, moment))
            row = owner.execute(
                "insert into events.raw select nextval('events.raw_id'), %s, 'jimi.push', account_id, 'pushgps', '',"
                " 'a body', '{}', 'test' from domain.accounts limit 1 returning id",
                (moment,),
            ).fetchone()
            assert row is not None
            ids.append(row[0])
            owner.execute(
                "insert into events.parsed (raw_id, received_at, item, parser_version, kind, source, account_id, imei,"
                " occurred_at, data) values (%s, %s, 0, 1, 'heartbeat', 'jimi.push', 1, '1', %s, '{}')",
                (row[0], moment, moment),
            )
            owner.execute(NOTE_FACTS)
        if parsed:
            owner.execute("update events.frontiers set handed_out = %s", (ids[-1],))
        if folded:
            owner.execute("update events.cursors set position = (select max(id) from events.parsed)")
    return ids
