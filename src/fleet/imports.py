"""Files that people bring: checked whole first, then appended to the log as they are.

Writes events.raw, source `csv`. What the rows mean is the parser's business, so a later parser can read
an old file again.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson

from fleet import parser
from fleet.db import connect
from fleet.errors import FleetError
from fleet.log.append import Entry, append
from fleet.model import Parsed, Raw
from fleet.parser import Limits

TOPICS = ("vehicles",)
MAX_FILE_BYTES = 10_000_000
FIRST_DATA_LINE = 2


class ImportRefused(FleetError):
    """The file cannot be imported as it is; nothing of it was."""


@dataclass(frozen=True, slots=True)
class CsvImport:
    """A file read and checked, not yet applied."""

    topic: str
    body: bytes
    as_of: datetime
    parsed: Parsed

    @property
    def problems(self) -> list[str]:
        """One sentence a bad row, by its line in the file."""
        return [f"line {r.item + FIRST_DATA_LINE}: {r.detail} ({r.reason})" for r in self.parsed.rejections]


def read_csv(topic: str, path: Path, as_of: datetime, limits: Limits) -> CsvImport:
    """Read and check a file. Errors: ImportRefused when it cannot be read at all."""
    try:
        body = path.read_bytes()
    except OSError as unreadable:
        raise ImportRefused(f"{path}: {unreadable.strerror}.") from unreadable
    if len(body) > MAX_FILE_BYTES:
        raise ImportRefused(f"{path}: longer than {MAX_FILE_BYTES:,} bytes. Split it.")
    raw = Raw(0, as_of, "csv", topic, "text/csv", body, {"as_of": as_of.isoformat()})
    return CsvImport(topic, body, as_of, parser.parse(raw, limits))


async def apply_csv(checked: CsvImport, database_url: str) -> int:
    """Append a checked file to the log; gives its id there. Errors: ImportRefused, DatabaseUnavailable."""
    if checked.parsed.rejections:
        raise ImportRefused(f"{len(checked.problems)} bad rows: mend them first; nothing was applied.")
    async with await connect(database_url, "fleet-import") as db:
        row = await (await db.execute("select account_id from domain.accounts where code = 'platform'")).fetchone()
        assert row is not None
        meta = {"as_of": checked.as_of, "import_id": str(uuid.uuid4())}
        entry = Entry(
            source="csv",
            account_id=row[0],
            topic=checked.topic,
            content_type="text/csv",
            body=checked.body,
            meta=orjson.dumps(meta).decode(),
            verified_by="operator",
        )
        return (await append(db, [entry]))[0]
