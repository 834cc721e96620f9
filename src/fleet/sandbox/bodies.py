"""Bodies of the vendor's pushes: what goes into one, where it goes, and its wire form. Pure."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from fleet.sandbox.signals import Kind, Signal
from fleet.sandbox.wire import FLAT, FORM_EXTRAS, MESSAGE_TYPES, PATHS, push_item

ITEMS_A_BODY = 50
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True, slots=True)
class Body:
    """One push waiting to be sent; a copy is one that a fault has made, and counts for nothing."""

    kind: Kind
    signals: tuple[Signal, ...]
    queued_at: float
    is_copy: bool = False

    def items(self) -> list[dict[str, Any]]:
        """Its items in the vendor's words."""
        return [push_item(signal) for signal in self.signals]


@dataclass(frozen=True, slots=True)
class Wire:
    """A body as it is sent to a path below the receiver's address."""

    path: str
    content_type: str
    content: bytes

    def broken(self) -> "Wire":
        """The same, broken off in the middle."""
        return replace(self, content=self.content[: len(self.content) // 2])


def bodies_of(signals: Iterable[Signal], queued_at: float) -> Iterator[Body]:
    """What was said in one moment, by kind: fifty items a body, or one where there is no list."""
    by_kind: dict[Kind, list[Signal]] = {}
    for kind in (*PATHS, *MESSAGE_TYPES):
        by_kind[kind] = []
    for signal in signals:
        by_kind[signal.kind].append(signal)
    for kind, found in by_kind.items():
        size = 1 if kind in FLAT or kind in MESSAGE_TYPES else ITEMS_A_BODY
        for first in range(0, len(found), size):
            yield Body(kind, tuple(found[first : first + size]), queued_at)


def encoded(kind: Kind, items: list[dict[str, Any]], token: str, *, as_json: bool) -> tuple[str, bytes]:
    """(content type, content) of a body: a form, or one JSON object with the same members."""
    members = _members(kind, items, token)
    if as_json:
        return JSON, json.dumps(members, separators=(",", ":")).encode()
    return FORM, urlencode({name: _text(value) for name, value in members.items()}).encode()


def _members(kind: Kind, items: list[dict[str, Any]], token: str) -> dict[str, Any]:
    if kind in MESSAGE_TYPES:
        return {"msgType": MESSAGE_TYPES[kind], "data": items[0]}
    if kind in FLAT:
        return {**items[0], "token": token}
    return {"token": token, **FORM_EXTRAS.get(kind, {}), "data_list": items}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
