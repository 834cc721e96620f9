"""Erasure of one raw row (P2): its bytes are masked, its length and the hash of what it was are kept, and who did it.

Writes events.raw, events.erasures, events.archives and the archive. Killed anywhere it may be repeated.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from fleet.archive import parquet
from fleet.archive.reading import ArchiveFile, entered, pages
from fleet.archive.rows import ArchivedRow, ContentHash
from fleet.archive.store import ArchiveDamaged, Store
from fleet.archive.writing import check
from fleet.errors import WrongUsage
from fleet.migrate import SyncConnection
from fleet.retention.applying import Lease

LIVE: Final = "select received_at, body from events.raw where id = %s"
NOTED: Final = "select received_at, bytes, body_sha256 from events.erasures where raw_id = %s"
SPANNING: Final = "select archive_id from events.archives where after_id < %s and up_to_id >= %s"
OUTDATED: Final = """
    select path from events.archives older where after_id < %s and up_to_id >= %s and exists (
        select from events.archives newer where newer.chunk_from = older.chunk_from
                                            and newer.after_id = older.after_id and newer.revision > older.revision)"""
ERASE: Final = "select events.erase_raw(%s, %s, %s, %s, %s, %s)"
REPLACE: Final = "select events.replace_archive(%s, %s, %s, %s, %s, %s)"


class NoSuchRow(WrongUsage):
    """No raw row has that number."""


class ArchiveNeeded(WrongUsage):
    """The row is in the archive, and nobody says where that is."""


@dataclass(frozen=True, slots=True)
class Erased:
    """A row whose bytes are masked; `body_sha256` is of what they were."""

    raw_id: int
    received_at: datetime
    bytes: int
    body_sha256: str

    def masked(self, row: ArchivedRow) -> ArchivedRow:
        """The row without what it said; any other as it is."""
        if row.id != self.raw_id:
            return row
        meta = orjson.loads(row.request_meta) | {"erased_sha256": self.body_sha256}
        return row._replace(body=b"*" * len(row.body), request_meta=orjson.dumps(meta).decode())


def erase(db: SyncConnection, store: Store | None, raw_id: int, reason: str, who: str) -> Erased:
    """Mask a raw row in the log and in the archive, and note it. Done already, it is looked for what is left to do.

    Errors: NoSuchRow, ArchiveNeeded, RetentionBusy, ArchiveUnavailable, ArchiveDamaged.
    """
    lease = Lease(db)
    lease()
    try:
        files = _files_with(db, store, raw_id)
        erased = _noted(db, raw_id)
        if erased is None:
            erased = _original(db, files, raw_id)
            told = (erased.raw_id, erased.received_at, erased.bytes, erased.body_sha256, reason, who)
            db.execute(ERASE, told)
        for opened, file, row in files:
            if hashlib.sha256(row.body).hexdigest() == erased.body_sha256:
                _rewrite(db, opened, file, erased, lease)
        if store:
            for (path,) in db.execute(OUTDATED, (raw_id, raw_id)).fetchall():
                store.remove(str(path))
    finally:
        lease.release()
    return erased


def _files_with(db: SyncConnection, store: Store | None, raw_id: int) -> list[tuple[Store, ArchiveFile, ArchivedRow]]:
    """The files of the archive that count and hold the row, with the row."""
    spanning = {row[0] for row in db.execute(SPANNING, (raw_id, raw_id)).fetchall()}
    files = [file for file in entered(db) if file.archive_id in spanning]
    if files and store is None:
        raise ArchiveNeeded(f"Raw row {raw_id} may be in the archive: set ARCHIVE_URL.")
    return [
        (store, file, row) for file in files if store for page in pages(store, file) for row in page if row.id == raw_id
    ]


def _noted(db: SyncConnection, raw_id: int) -> Erased | None:
    row: Any = db.execute(NOTED, (raw_id,)).fetchone()
    return Erased(raw_id, *row) if row else None


def _original(db: SyncConnection, files: list[tuple[Store, ArchiveFile, ArchivedRow]], raw_id: int) -> Erased:
    """What the row is before it is masked, from the log or else the archive."""
    row: Any = db.execute(LIVE, (raw_id,), binary=True).fetchone()
    if row is None and not files:
        raise NoSuchRow(f"{raw_id}: there is no such raw row.")
    received_at, body = row or (files[0][2].received_at, files[0][2].body)
    return Erased(raw_id, received_at, len(body), hashlib.sha256(body).hexdigest())


def _rewrite(db: SyncConnection, store: Store, file: ArchiveFile, erased: Erased, lease: Lease) -> None:
    """The file anew without what the row said: written, read back, entered as the one that counts."""
    content = ContentHash()

    def rows() -> Iterator[list[ArchivedRow]]:
        for page in pages(store, file):
            lease()
            kept = [erased.masked(row) for row in page]
            content.add(kept)
            yield kept

    path = f"{file.path.removesuffix('.parquet')}-without-{erased.raw_id}.parquet"
    with store.written(path) as written:
        parquet.write(written, rows())
    if check(store, path, written.hexdigest(), lease) != content.hexdigest():
        raise ArchiveDamaged(f"{store.url}/{path} does not hold the rows that were written to it.")
    entry = (written.bytes_written, written.hexdigest(), content.hexdigest(), path, f"{store.url}/{path}")
    db.execute(REPLACE, (file.archive_id, *entry))
