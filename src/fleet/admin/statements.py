"""A change as an operator states it, and how it stands in the log: source `ops`, body JSON. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from fleet.log.append import Entry


@dataclass(frozen=True, slots=True)
class Author:
    """Who states something, and why if they say; `verified_by` tells how we know who they are."""

    name: str
    request_id: str
    verified_by: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What is stated: a topic such as `vehicle.set`, and its fields. Absent fields stay as they were."""

    topic: str
    body: dict[str, Any]

    @classmethod
    def of(cls, topic: str, key: Mapping[str, Any], told: Mapping[str, Any]) -> "Statement":
        """A statement of some fields of the thing that `key` names; a field told as None is cleared."""
        body = {**key, **{field: value for field, value in told.items() if value is not None}}
        cleared = sorted(field for field, value in told.items() if value is None)
        return cls(topic, body | ({"cleared": cleared} if cleared else {}))

    @classmethod
    def assignment(cls, topic: str, key: Mapping[str, Any], told: Mapping[str, Any]) -> "Statement":
        """An assignment: what is told as None (no vehicle, nobody, from now on) is left out."""
        return cls(topic, {**key, **{field: value for field, value in told.items() if value is not None}})

    def entry(self, account_id: int, author: Author, stated_at: datetime) -> Entry:
        """The row of the log that holds it."""
        meta = {"by": author.name, "stated_at": stated_at, "request_id": author.request_id}
        return Entry(
            source="ops",
            account_id=account_id,
            topic=self.topic,
            content_type="application/json",
            body=orjson.dumps(self.body),
            meta=orjson.dumps(meta | ({"reason": author.reason} if author.reason else {})).decode(),
            verified_by=author.verified_by,
        )
