"""Bodies of the log as items, and items as paths and values. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fleet.parser.coercion import clean_text, read_number
from fleet.parser.envelope import object_or_text, poll_items, push_items
from fleet.parser.refusal import Rejected
from fleet.parser.registry import ROUTES

MOST_ITEMS_A_BODY: Final = 200
MOST_ELEMENTS: Final = 20
DEEPEST: Final = 4
LONGEST_PATH: Final = 120

Readings = dict[str, list[Any]]
"""The values that an item holds, by path; blanks (null, "", {}, []) are no values."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of events.raw as drift looks at it."""

    id: int
    received_at: datetime
    source: str
    account_id: int
    topic: str
    content_type: str
    body: bytes
    request_meta: dict[str, Any]

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the poll that brought it."""
        params = self.request_meta.get("params")
        return params if isinstance(params, dict) else {}


def items_of(row: Row) -> list[dict[str, Any]] | None:
    """The objects in a body; None where it was not meant to carry any or cannot be read."""
    route = ROUTES.get((row.source, row.topic))
    opened = route.items if route else push_items if row.source == "jimi.push" else poll_items
    try:
        items = opened(row.body)
    except Rejected:
        return None
    return None if items is None else [item for item in items if isinstance(item, dict)]


def looked_at(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All items of a usual body, evenly spread ones of a huge one."""
    return items[:: max(1, -(-len(items) // MOST_ITEMS_A_BODY))]


def readings(item: dict[str, Any]) -> Readings:
    """An item as paths and values: `msg`, `msg.alertType`, `rows[].imei`; JSON text counts as what it holds."""
    found: Readings = {}
    for path, value in _walk("", item, 0):
        found.setdefault(path[:LONGEST_PATH], []).append(value)
    return found


def _walk(path: str, value: Any, depth: int) -> Iterator[tuple[str, Any]]:
    if isinstance(value, str) and value.lstrip()[:1] == "{":
        value = object_or_text(value) or value
    if value is None or value in ("", {}, []):
        return
    if path:
        yield path, value
    if depth >= DEEPEST:
        return
    if isinstance(value, list):
        for element in value[:MOST_ELEMENTS]:
            yield from _walk(f"{path}[]", element, depth + 1)
    elif isinstance(value, dict):
        for name, inner in value.items():
            step = "*" if name.isdecimal() else clean_text(name)  # an object keyed by numbers is a list in disguise
            yield from _walk(f"{path}.{step}" if path else step, inner, depth + 1)


def parents(path: str) -> Iterator[str]:
    """What a path lies within, nearest first: `rows[]` and `rows` for `rows[].imei`."""
    while cut := max(path.rfind("."), path.rfind("[]")):
        if cut < 0:
            return
        path = path[:cut]
        yield path


def type_of(value: Any) -> str:
    """The JSON type of a value."""
    match value:
        case bool():
            return "flag"
        case int() | float():
            return "number"
        case str():
            return "text"
        case list():
            return "list"
        case _:
            return "object"


def number_of(value: Any) -> float | None:
    """The number that a value is or spells; None for others, and for -1, the upstream's word for nothing."""
    try:
        number = read_number(value)
    except ValueError:
        return None
    return None if number == -1 else number
