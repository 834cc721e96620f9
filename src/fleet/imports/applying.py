"""Appends a checked file to the log, whole. Writes events.raw."""

import uuid

import orjson

from fleet.db import Connection
from fleet.imports.files import ImportFile, ImportRefused
from fleet.log.append import Entry, append

PLATFORM = "select account_id from domain.accounts where code = 'platform'"


async def apply_file(db: Connection, file: ImportFile) -> int:
    """The id of the file's row in the log. Errors: ImportRefused when a row is bad."""
    if file.problems:
        raise ImportRefused(f"{len(file.problems)} bad rows: mend them first; nothing was applied.")
    row = await (await db.execute(PLATFORM)).fetchone()
    assert row is not None
    meta = {"as_of": file.as_of, "import_id": str(uuid.uuid4())}
    entry = Entry(
        source=file.source,
        account_id=row[0],
        topic=file.topic,
        content_type=file.content_type,
        body=file.body,
        meta=orjson.dumps(meta).decode(),
        verified_by="operator",
    )
    return (await append(db, [entry]))[0]
