"""Finds the shared token in a push body without parsing the rest, and where its bytes stand.

Bodies are form-encoded or JSON, whatever their content type says; keys and values may be percent- or
\\u-escaped. Only a top-level member named `token` counts.
"""

import json
import re
from dataclasses import dataclass
from urllib.parse import unquote_plus

import orjson


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it decodes, and the half-open byte span in which it stands."""

    value: str
    start: int
    end: int


def _letter(char: str) -> str:
    return rf"(?:{char}|\\u00{ord(char):02x})"


_MEMBER_NAMED_TOKEN = re.compile(
    ('"' + "".join(map(_letter, "token")) + r'"\s*:\s*("(?:[^"\\]|\\.)*"|[^\s,}\]"\[{]+)').encode(),
    re.IGNORECASE | re.DOTALL,
)
_JSON_PIECE = re.compile(rb'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[{}\[\],:]', re.DOTALL)
"""A string (an unterminated one to the end, or the scan would begin again at each of its quotes) or a mark."""
_SCALAR = re.compile(rb'\s*("(?:[^"\\]|\\.)*"|[^\s,}\]"\[{]+)', re.DOTALL)


def find_tokens(body: bytes) -> list[Token]:
    """Every top-level `token` of a body, in order."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _find_in_json(body)
    return _find_in_form(body)


def form_field(body: bytes, name: str) -> str | None:
    """The first value of a form field, decoded; None when there is none."""
    for key, value, _ in _form_parts(body):
        if key == name:
            return unquote_plus(value.decode("latin-1"))
    return None


def json_member(body: bytes, name: str) -> str | None:
    """A top-level text member of a JSON object; None when the body is none or has none."""
    try:
        value = orjson.loads(body).get(name)
    except (orjson.JSONDecodeError, AttributeError):
        return None
    return value if isinstance(value, str) else None


def _form_parts(body: bytes) -> list[tuple[str, bytes, int]]:
    """(decoded key, raw value, offset of the value) of every pair of a form."""
    parts: list[tuple[str, bytes, int]] = []
    offset = 0
    for pair in body.split(b"&"):
        key, equals, value = pair.partition(b"=")
        if equals and len(key) <= 64:
            name = key.decode("latin-1")
            parts.append((unquote_plus(name), value, offset + len(key) + 1))
        offset += len(pair) + 1
    return parts


def _find_in_form(body: bytes) -> list[Token]:
    return [
        Token(unquote_plus(value.decode("latin-1")), start, start + len(value))
        for key, value, start in _form_parts(body)
        if key == "token"
    ]


def _find_in_json(body: bytes) -> list[Token]:
    candidates = list(_MEMBER_NAMED_TOKEN.finditer(body))
    if not candidates:
        return []
    if len(candidates) == 1:
        try:
            document = orjson.loads(body)
        except orjson.JSONDecodeError:
            document = None
        if isinstance(document, dict):
            # The only candidate may stand inside a top-level `token` that is no scalar itself.
            token = _token(body, *candidates[0].span(1))
            return [token] if token and not isinstance(document.get("token", {}), dict | list) else []
    return _scan_top_level(body)


def _scan_top_level(body: bytes) -> list[Token]:
    """Walk the pieces of a JSON text, truncated or not, and keep members of depth one."""
    found: list[Token] = []
    depth = 0
    previous = b""
    for piece in _JSON_PIECE.finditer(body):
        text = piece.group()
        if text in (b"{", b"["):
            depth += 1
        elif text in (b"}", b"]"):
            depth -= 1
        elif text == b":" and depth == 1 and _is_token_key(previous):
            value = _SCALAR.match(body, piece.end())
            token = _token(body, *value.span(1)) if value else None
            if token:
                found.append(token)
        previous = text
    return found


def _is_token_key(quoted: bytes) -> bool:
    try:
        return bool(json.loads(quoted) == "token")
    except ValueError:
        return False


def _token(body: bytes, start: int, end: int) -> Token | None:
    """The scalar at [start, end) as a token; quotes are not part of the span."""
    text = body[start:end]
    if not text.startswith(b'"'):
        return Token(text.decode("latin-1"), start, end)
    try:
        return Token(json.loads(text), start + 1, end - 1)
    except ValueError:
        return None
