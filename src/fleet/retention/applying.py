"""Applies what series.retention declares, step by step: each step is one short statement that judges for itself.

Reads series.retention; writes events.archives, series.horizons, series.retention_lease, and drops and deletes what is
due everywhere. One process at a time does it (a lease); killed anywhere, the next one goes on.
"""

import threading
import time
import uuid
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import psycopg

from fleet.db import first_line
from fleet.errors import FleetError
from fleet.migrate import SyncConnection

BATCH_ROWS = 5_000
LOCK_ATTEMPTS = 30
PAUSE_S = 0.5
RENEW_EVERY_S = 10.0

DECLARED = "select table_name, archive from series.retention where keep is not null order by archive desc, table_name"
HELD = "select table_name, due, held from series.retention_report() where due > 0 and held is not null"


class RetentionBusy(FleetError):
    """Another process applies retention now."""


class RetentionIncomplete(FleetError):
    """Something is due that could not leave."""


class Archiving(Protocol):
    """Writes the next file of the archive; how many rows, None when there is nothing to archive."""

    def __call__(self, db: SyncConnection, still: "Lease") -> int | None: ...


@dataclass(slots=True)
class Done:
    """What one run came to."""

    rows_archived: int = 0
    files_written: int = 0
    chunks_dropped: int = 0
    rows_deleted: int = 0
    chunks_compressed: int = 0
    problems: list[str] = field(default_factory=list)

    def as_document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


class Lease:
    """The right to apply retention, renewed by calls. Errors of a call: RetentionBusy."""

    def __init__(self, db: SyncConnection) -> None:
        self._db = db
        self._holder = uuid.uuid4()
        self._renewed_s = float("-inf")

    def __call__(self) -> None:
        if time.monotonic() - self._renewed_s < RENEW_EVERY_S:
            return
        self._renewed_s = time.monotonic()
        row = self._db.execute("select series.take_retention(%s)", (self._holder,)).fetchone()
        if row != (True,):
            raise RetentionBusy("Retention is being applied by another process; it ends, or gives up, in 5 minutes.")

    def release(self) -> None:
        """Others may."""
        self._db.execute("select series.release_retention(%s)", (self._holder,))


def apply_retention(db: SyncConnection, archiving: Archiving | None) -> Done:
    """All that is due leaves. What cannot is among the problems, and stops nothing else. Errors: RetentionBusy."""
    lease = Lease(db)
    lease()
    done = Done()
    try:
        for table, archived in db.execute(DECLARED).fetchall():
            try:
                if archived and archiving:
                    _archive(db, archiving, lease, done)
                _make_room(db, str(table), lease, done)
            except RetentionBusy:
                raise
            except (FleetError, psycopg.Error) as failed:
                done.problems.append(
                    str(failed) if isinstance(failed, FleetError) else f"{table}: {first_line(failed)}"
                )
        held = db.execute(HELD).fetchall()
    finally:
        lease.release()
    done.problems += [_sentence(str(table), int(str(due)), str(why), archiving) for table, due, why in held]
    return done


def _archive(db: SyncConnection, archiving: Archiving, lease: Lease, done: Done) -> None:
    while (rows := archiving(db, lease)) is not None:
        done.rows_archived += rows
        done.files_written += 1


def _make_room(db: SyncConnection, table: str, lease: Lease, done: Done) -> None:
    while _patiently(db, "select series.drop_next(%s)", table):
        done.chunks_dropped += 1
        lease()
    while deleted := _one(db, "select series.delete_next(%s, %s)", table, BATCH_ROWS):
        done.rows_deleted += int(str(deleted))
        lease()
    while _patiently(db, "select series.compress_next(%s)", table):
        done.chunks_compressed += 1
        lease()


def _patiently(db: SyncConnection, step: str, table: str) -> object:
    """A step that waits a second for its lock: tried again and again, for between two tries others come through."""
    pause = threading.Event()
    for _ in range(LOCK_ATTEMPTS):
        try:
            return _one(db, step, table)
        except psycopg.errors.LockNotAvailable:
            pause.wait(PAUSE_S)
    return _one(db, step, table)


def _one(db: SyncConnection, query: str, *values: object) -> object:
    row = db.execute(query.encode(), values).fetchone()
    return row[0] if row else None


def _sentence(table: str, due: int, why: str, archiving: Archiving | None) -> str:
    advice = " Set ARCHIVE_URL." if why == "it is not archived" and archiving is None else ""
    return f"{table}: {due} chunks have been kept long enough, but the oldest must stay: {why}.{advice}"
