"""The files of the archive, and the rows in them, in bounded memory. Reads events.archives."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from fleet.archive import parquet
from fleet.archive.rows import ArchivedRow
from fleet.archive.store import ArchiveDamaged, ArchiveUnavailable, Store
from fleet.archive.writing import check
from fleet.migrate import SyncConnection

ENTERED = """
    select distinct on (chunk_from, after_id) archive_id, first_received_at, last_received_at, rows, body_bytes,
           file_bytes, file_sha256, content_sha256, path, url, archived_at
    from events.archives
    where last_received_at >= coalesce(%s, timestamptz '-infinity')
      and first_received_at < coalesce(%s, timestamptz 'infinity')
    order by chunk_from, after_id, revision desc"""


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """A file of the archive, as it was entered."""

    archive_id: int
    first_received_at: datetime
    last_received_at: datetime
    rows: int
    body_bytes: int
    file_bytes: int
    file_sha256: str
    content_sha256: str
    path: str
    url: str
    archived_at: datetime

    def as_document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def entered(db: SyncConnection, from_at: datetime | None = None, to_at: datetime | None = None) -> list[ArchiveFile]:
    """The files that hold rows received in [from_at, to_at), oldest first; None: no bound."""
    return [ArchiveFile(*row) for row in db.execute(ENTERED, (from_at, to_at)).fetchall()]  # type: ignore[arg-type]


def pages(store: Store, file: ArchiveFile) -> Iterator[list[ArchivedRow]]:
    """The rows of a file, page by page. Errors: ArchiveDamaged before any, ArchiveUnavailable."""
    if store.sha256(file.path, _go_on) != file.file_sha256:
        raise ArchiveDamaged(f"{store.url}/{file.path} is not the file that was written.")
    with store.opened(file.path) as opened:
        yield from parquet.read(opened)


def trouble_with(store: Store, file: ArchiveFile) -> str | None:
    """What is wrong with a file; None: it is and holds what was written."""
    try:
        if check(store, file.path, file.file_sha256, _go_on) != file.content_sha256:
            return "it does not hold the rows that were in the log"
    except (ArchiveDamaged, ArchiveUnavailable) as wrong:
        return str(wrong)
    return None


def _go_on() -> None:
    """Reading may take as long as it takes."""
