"""From a body's bytes to its items: JSON or form, list, text or single object.

What cannot be read at all is refused as `not_json`; what is no list and no object as `not_object`.
None means that the body was not meant to carry items (a probe, an upstream error answer).
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_to_bytes

import orjson

from fleet.parser.refusal import Rejected

Items = list[Any]
_LIST_FIELDS: Final = ("data_list", "data")
_SUCCESS: Final = ("0", "0.0")
# The escapes that JSON text in a form is full of; decoding them first is 3x faster than one by one.
# None of them is a hex digit or a percent sign, so no new escape can come about.
_FREQUENT_ESCAPES: Final = tuple((f"%{ord(plain):02X}".encode(), plain.encode()) for plain in '",:{}[]')


def push_items(body: bytes) -> Items | None:
    """The items of a pushed body, of either family, whatever its content type says."""
    body = body.strip().removeprefix(b"\xef\xbb\xbf")
    if body[:1] in (b"{", b"["):
        envelope = load_json(body)
        if isinstance(envelope, list):
            return envelope
    else:
        envelope = _form_fields(body)
    payload = next((envelope[name] for name in _LIST_FIELDS if name in envelope), None)
    if isinstance(payload, str | bytes):
        payload = load_json(payload) if payload.strip() else None
    return None if payload is None else _as_list(payload)


def flat_push_items(body: bytes) -> Items | None:
    """The items of a push that may come without an envelope: the fields of the form are then the one item."""
    items = push_items(body)
    if items is not None:
        return items
    body = body.strip()
    item = load_json(body) if body[:1] == b"{" else dict(parse_qsl(body.decode("utf-8", errors="replace")))
    return [item] if item and not any(name in item for name in _LIST_FIELDS) else None


def poll_items(body: bytes) -> Items | None:
    """The `result` of a poll's answer; a null one is an empty list, an error answer brings nothing."""
    return _rows(body, "result")


def data_items(*path: str) -> Callable[[bytes], Items | None]:
    """The rows of a report-style answer, which stand under `data`, and list in list along `path`."""
    return lambda body: _rows(body, "data", *path)


def load_json(text: bytes | str) -> Any:
    """Decoded JSON. One item's stray byte or lone surrogate must not cost its neighbours: the strict
    decoder is tried first, the lenient one after it."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return _load_leniently(text)


def object_or_text(value: object) -> dict[str, Any]:
    """An object that may have been sent as JSON text; empty where it is neither."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = load_json(value)
        except Rejected:
            return {}
    return value if isinstance(value, dict) else {}


def _load_leniently(text: bytes | str) -> Any:
    if isinstance(text, bytes):
        text = text.decode("utf-8", errors="replace")
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise Rejected("not_json", str(error)) from error


def _form_fields(body: bytes) -> dict[str, bytes]:
    fields: dict[str, bytes] = {}
    for pair in body.split(b"&"):
        name, _, value = pair.partition(b"=")
        fields.setdefault(name.decode("latin-1"), value)
    return {name: _form_decoded(fields[name]) for name in _LIST_FIELDS if name in fields}


def _form_decoded(value: bytes) -> bytes:
    value = value.replace(b"+", b" ")
    for escape, plain in _FREQUENT_ESCAPES:
        value = value.replace(escape, plain)
    return unquote_to_bytes(value)


def _answer(body: bytes) -> dict[str, Any] | None:
    """A successful answer; None for one that the upstream itself calls an error."""
    answer = load_json(body)
    if not isinstance(answer, dict):
        raise Rejected("not_object", f"the answer is a {type(answer).__name__}")
    return answer if str(answer.get("code", 0)).strip() in _SUCCESS else None


def _rows(body: bytes, *path: str) -> Items | None:
    answer = _answer(body)
    return None if answer is None else list(_leaves(answer, path))


def _leaves(node: object, path: tuple[str, ...]) -> Iterator[Any]:
    """What stands at the end of a path of members, through any lists on the way; blanks lead nowhere."""
    if not path or not isinstance(node, dict):
        yield node
        return
    inner = node.get(path[0])
    for row in inner if isinstance(inner, list) else () if inner is None or inner == "" else (inner,):
        yield from _leaves(row, path[1:])


def _as_list(payload: object) -> Items:
    if isinstance(payload, dict):
        return [payload]
    if isinstance(payload, list):
        return payload
    raise Rejected("not_object", f"the items are a {type(payload).__name__}")
