"""A raw row as the archive keeps it, and the hash of its content. Pure.

The hash is the one that events.content_hash takes over the log, so that a file is judged by the database itself.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import orjson

from fleet.model import Raw

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class ArchivedRow(NamedTuple):
    """All columns of a row of events.raw; `request_meta` is JSON text."""

    id: int
    received_at: datetime
    source: str
    account_id: int
    topic: str
    content_type: str
    body: bytes
    request_meta: str
    verified_by: str

    def as_raw(self) -> Raw:
        """The row as the parser takes it."""
        meta: dict[str, Any] = orjson.loads(self.request_meta)
        return Raw(self.id, self.received_at, self.source, self.topic, self.content_type, self.body, meta)

    def digest(self) -> bytes:
        """SHA-256 of everything in it."""
        texts = (self.source, self.topic, self.content_type, self.verified_by, self.request_meta)
        since_epoch_us = (self.received_at - EPOCH) // MICROSECOND
        numbers = (self.id, since_epoch_us, self.account_id, *map(len, texts), len(self.body))
        return hashlib.sha256(("|".join(map(str, numbers)) + "".join(texts)).encode() + self.body).digest()


class ContentHash:
    """The hash over rows that are added in order of id, and how many there were."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.rows = 0

    def add(self, rows: Iterable[ArchivedRow]) -> None:
        """Add the next rows."""
        for row in rows:
            self._hash.update(row.digest())
            self.rows += 1

    def hexdigest(self) -> str:
        """Of all rows so far."""
        return self._hash.hexdigest()
