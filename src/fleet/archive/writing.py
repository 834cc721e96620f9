"""Raw rows into the archive: a file of a range, published, read back, and entered only if it holds what the log holds.

Reads events.raw through events.archive_page; writes events.archives. Killed at any point it goes on where it was: a
file that is not entered yet is written again under the same name.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from fleet.archive import parquet
from fleet.archive.rows import ArchivedRow, ContentHash
from fleet.archive.store import ArchiveDamaged, Store
from fleet.migrate import SyncConnection

PAGE_ROWS = 2_000
PAGE_BYTES = 4_000_000
FILE_ROWS = 1_000_000
FILE_BYTES = 128_000_000

NEXT = "select chunk_from, chunk_to, after_id from events.next_archive()"
PAGE = "select * from events.archive_page(%s, %s, %s, %s, %s)"
NOTE = "select events.note_archive(%s, %s, %s, %s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Gap:
    """Where archiving goes on: rows of a chunk after the last one that is in a file."""

    chunk_from: datetime
    chunk_to: datetime
    after_id: int


class Pages:
    """The rows of the next file, page by page; what was handed out is remembered."""

    def __init__(self, db: SyncConnection, gap: Gap, still: Callable[[], None], file_bytes: int = FILE_BYTES) -> None:
        self._db = db
        self._gap = gap
        self._still = still
        self._file_bytes = file_bytes
        self.content = ContentHash()
        self.last_id = gap.after_id

    def __iter__(self) -> Iterator[list[ArchivedRow]]:
        size = 0
        while self.content.rows < FILE_ROWS and size < self._file_bytes:
            self._still()
            page = self._next()
            if not page:
                return
            self.content.add(page)
            self.last_id = page[-1].id
            size += sum(len(row.body) for row in page)
            yield page

    def _next(self) -> list[ArchivedRow]:
        span = (self._gap.chunk_from, self._gap.chunk_to, self.last_id, PAGE_ROWS, PAGE_BYTES)
        rows = self._db.execute(PAGE, span, binary=True).fetchall()
        return [ArchivedRow(*row) for row in rows]  # type: ignore[arg-type]


def next_gap(db: SyncConnection) -> Gap | None:
    """What is to be archived next, if anything is."""
    row = db.execute(NEXT).fetchone()
    return Gap(*row) if row else None  # type: ignore[arg-type]


def archive(db: SyncConnection, store: Store, gap: Gap, still: Callable[[], None]) -> int:
    """Write, check and enter the next file of a gap; how many rows it holds. `still` is called between pages and
    raises when this process is no more to go on. Errors: ArchiveUnavailable, ArchiveDamaged."""
    path = path_of(gap)
    pages = Pages(db, gap, still)
    with store.written(path) as file:
        parquet.write(file, pages)
    found = check(store, path, file.hexdigest(), still)
    if found != pages.content.hexdigest():
        raise ArchiveDamaged(f"{store.url}/{path} does not hold the rows that were written to it.")
    place = (gap.chunk_from, gap.chunk_to, gap.after_id, pages.last_id)
    db.execute(NOTE, (*place, found, file.bytes_written, file.hexdigest(), path, f"{store.url}/{path}"))
    return pages.content.rows


def check(store: Store, path: str, file_sha256: str, still: Callable[[], None]) -> str:
    """Read a file back: its bytes must be those; gives the hash of its rows. Errors: ArchiveDamaged."""
    if store.sha256(path, still) != file_sha256:
        raise ArchiveDamaged(f"{store.url}/{path} is not the file that was written.")
    content = ContentHash()
    with store.opened(path) as file:
        for page in parquet.read(file):
            still()
            content.add(page)
    return content.hexdigest()


def path_of(gap: Gap) -> str:
    """Where the file of a gap lies: the same for every attempt."""
    return f"events.raw/{gap.chunk_from:%Y/%m/%d}/{gap.chunk_from:%H%M}-after-{gap.after_id:019d}.parquet"
