"""Facts and rejections as COPY text: one line a row, tab separated. Pure."""

from collections.abc import Iterable
from datetime import datetime

import orjson

from fleet.model import Fact, Raw, Rejection

FACT_COLUMNS = "raw_id, received_at, item, parser_version, kind, source, account_id, imei, occurred_at, data"
REJECTION_COLUMNS = "raw_id, received_at, item, parser_version, reason, detail"

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def fact_lines(raw: Raw, account_id: int, parser_version: int, facts: Iterable[Fact]) -> str:
    """The rows of events.parsed that a raw row comes to."""
    head = f"{raw.id}\t{raw.received_at.isoformat()}\t"
    return "".join(
        f"{head}{fact.item}\t{parser_version}\t{fact.kind}\t{raw.source}\t{account_id}\t"
        f"{_text(fact.imei)}\t{_moment(fact.occurred_at)}\t{_json(fact.data)}\n"
        for fact in facts
    )


def rejection_lines(raw: Raw, parser_version: int, rejections: Iterable[Rejection]) -> str:
    """The rows of events.rejected that a raw row comes to."""
    return "".join(
        f"{raw.id}\t{raw.received_at.isoformat()}\t{rejection.item}\t{parser_version}\t"
        f"{rejection.reason}\t{_text(rejection.detail)}\n"
        for rejection in rejections
    )


def _text(value: str | None) -> str:
    return "\\N" if value is None else value.translate(_ESCAPES)


def _moment(value: datetime) -> str:
    return value.isoformat()


def _json(data: dict[str, object]) -> str:
    return orjson.dumps(data).decode().replace("\\", "\\\\")
