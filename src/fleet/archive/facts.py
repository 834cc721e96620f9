"""Facts of raw rows that have left the log, or whose facts have: parsed again, into a relation like events.parsed.

Reads events.archives with the archive, and events.raw; writes rebuild.archived_facts and, that it is whole, a row of
events.rebuilds: what a killed replay has read back is not read again. Facts get numbers below those of
the log, downward, so that folding goes on from one to the other; folds ask for no order.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import orjson
import psycopg

from fleet import parser
from fleet.archive.horizon import kept_from
from fleet.archive.reading import ArchiveFile, entered, pages
from fleet.archive.rows import ArchivedRow
from fleet.archive.store import Store
from fleet.migrate import SyncConnection
from fleet.model import Fact
from fleet.observe import log
from fleet.parser import Limits

PAGE_ROWS: Final = 500
MAKE: Final = "select events.make_archived_facts()"
HAS: Final = "select events.has_archived_facts(%s)"
KEEP: Final = "select events.keep_archived_facts(%s)"
ENTERED: Final = """
    select md5(string_agg(archive_id || file_sha256, ',' order by archive_id)), (select count(*) from events.erasures)
    from events.archives"""
COPY: Final = "copy rebuild.archived_facts from stdin"
INSERT: Final = "insert into rebuild.archived_facts values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
LIVE: Final = """
    select id, received_at, source, account_id, topic, content_type, body, request_meta::text, verified_by
    from events.raw where id > %s and received_at >= %s and received_at < %s order by id limit %s"""
Tell = Callable[[int, int], None]
FactRow = tuple[int, int, datetime, int, int, str, str, int, str | None, datetime, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Facts of device times in [from_time, to_time), of some devices; None: all."""

    from_time: datetime | None = None
    to_time: datetime | None = None
    imeis: Sequence[str] | None = None

    def received_from(self, max_device_ahead: timedelta) -> datetime | None:
        """What was received earlier cannot be about these times: a clock is ahead by so much at most."""
        return self.from_time and self.from_time - max_device_ahead

    def holds(self, fact: Fact) -> bool:
        """Is it one of them?"""
        return (
            (self.from_time is None or fact.occurred_at >= self.from_time)
            and (self.to_time is None or fact.occurred_at < self.to_time)
            and (self.imeis is None or fact.imei in self.imeis)
        )


def load_facts(db: SyncConnection, store: Store, limits: Limits, wanted: Wanted, tell: Tell) -> int | None:
    """Fill rebuild.archived_facts with what the current parser makes of rows whose facts have left events.parsed; how
    many facts it holds, None where it held them already. Memory is that of a page. Errors: ArchiveUnavailable,
    ArchiveDamaged."""
    made_of = _made_of(db, limits, wanted)
    if db.execute(HAS, (made_of,)).fetchone() == (True,):
        return None
    row = db.execute(MAKE).fetchone()
    number = int(str(row[0])) if row else 0
    loaded = 0
    for page in _raw_pages(db, store, wanted.received_from(limits.max_device_ahead), tell):
        facts = [(row, fact) for row in page for fact in parser.parse(row.as_raw(), limits).facts if wanted.holds(fact)]
        loaded += _store(db, [_fact_row(number - loaded - place, *each) for place, each in enumerate(facts)])
    db.execute(KEEP, (made_of,))
    return loaded


def _made_of(db: SyncConnection, limits: Limits, wanted: Wanted) -> str:
    """All that the facts hang on: the parser, what is asked for, what has left the log, the files, what was masked."""
    left = [kept_from(db, table) for table in ("events.raw", "events.parsed")]
    return repr((parser.VERSION, limits, wanted, left, db.execute(ENTERED).fetchone()))


def _raw_pages(
    db: SyncConnection, store: Store, received_from: datetime | None, tell: Tell
) -> Iterator[list[ArchivedRow]]:
    """Raw rows whose facts have left: those in the archive, then those that are in the log still."""
    raw_from, facts_from = kept_from(db, "events.raw"), kept_from(db, "events.parsed")
    if facts_from is None:
        return
    if raw_from is not None:
        yield from _archived_pages(entered(db, received_from, min(raw_from, facts_from)), store, facts_from, tell)
    from_at = max((moment for moment in (received_from, raw_from) if moment), default=None)
    yield from _live_pages(db, from_at, facts_from)


def _archived_pages(
    files: list[ArchiveFile], store: Store, facts_from: datetime, tell: Tell
) -> Iterator[list[ArchivedRow]]:
    total, done = sum(file.rows for file in files), 0
    for file in files:
        for page in pages(store, file):
            yield [row for row in page if row.received_at < facts_from]
            done += len(page)
            tell(done, total)


def _live_pages(db: SyncConnection, from_at: datetime | None, to_at: datetime) -> Iterator[list[ArchivedRow]]:
    last_id = 0
    while rows := db.execute(LIVE, (last_id, from_at or "-infinity", to_at, PAGE_ROWS), binary=True).fetchall():
        last_id = int(str(rows[-1][0]))
        yield [ArchivedRow(*row) for row in rows]  # type: ignore[arg-type]


def _fact_row(number: int, row: ArchivedRow, fact: Fact) -> FactRow:
    data = orjson.dumps(fact.data).decode()
    return (number, row.id, row.received_at, fact.item, parser.VERSION, fact.kind, row.source, row.account_id,
            fact.imei, fact.occurred_at, data)  # fmt: skip


def _store(db: SyncConnection, rows: list[FactRow]) -> int:
    """Store facts; those that the database refuses are left out and told. How many numbers were used."""
    try:
        with db.cursor() as cursor, cursor.copy(COPY) as copy:
            for row in rows:
                copy.write_row(row)
    except (psycopg.DataError, psycopg.IntegrityError):
        for row in rows:
            try:
                db.execute(INSERT, row)
            except (psycopg.DataError, psycopg.IntegrityError) as refused:
                log.warning("archived_fact_refused", raw_id=row[1], item=row[3], reason=str(refused).split("\n", 1)[0])
    return len(rows)
