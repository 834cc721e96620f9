"""The push path: a plain ASGI application under `/push`, mounted above the API.

A body is authenticated, bounded, redacted and appended; 200 goes out after its commit. Nothing is parsed.
"""

import hashlib
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from typing import Any, Protocol

import orjson
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from fleet.errors import DatabaseUnavailable
from fleet.gateway.credentials import Credential, Keyring
from fleet.gateway.tally import Tally
from fleet.gateway.token_scan import Token, find_tokens, form_field, json_member
from fleet.log.append import Entry

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

ACCEPTED = b'{"code":0,"msg":"success","message":"success"}'
REFUSALS_PER_MINUTE = 120
RETRY_AFTER_S = b"5"

_PATH = re.compile(r"/push/([A-Za-z0-9-]{1,32})(?:/(.{1,256}?))?/?", re.DOTALL)


class Log(Protocol):
    """Where accepted bodies go."""

    async def append(self, entry: Entry) -> int:
        """Durable on return. Errors: DatabaseUnavailable."""
        ...


class SenderGone(Exception):
    """The sender went away, or stopped sending, in the middle of its body; nothing of it counts."""


class BodyTooLarge(Exception):
    """The body is longer than the limit; it was not read to its end."""


class PushApp:
    """ASGI application of everything under `/push`."""

    def __init__(self, log: Log, tally: Tally, max_body_bytes: int) -> None:
        self.keyring: Keyring | None = None
        """None until the credentials have been read: nobody can be believed or refused yet."""
        self._log = log
        self._tally = tally
        self._max_body_bytes = max_body_bytes
        self._refusals = FixedWindowRateLimiter(MemoryStorage())
        self._refusal_limit = RateLimitItemPerMinute(REFUSALS_PER_MINUTE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        source, detail = _source_and_detail(scope["path"])
        if scope["method"] in ("GET", "HEAD"):
            self._tally.count(self._counted_as(source), "probe")
            return await _answer(send, 200, ACCEPTED)
        if source is None or scope["method"] != "POST":
            return await _refuse(send, 404 if source is None else 405, "no such push address")
        try:
            body = await _read(scope, receive, self._max_body_bytes)
        except BodyTooLarge:
            self._tally.count(self._counted_as(source), "too_large")
            return await _refuse(send, 413, f"the body is longer than {self._max_body_bytes} bytes")
        except SenderGone:
            self._tally.count(self._counted_as(source), "gone")
            return await _refuse(send, 408, "the body did not arrive whole: send it again")
        await self._answer_push(scope, send, source, detail, body)

    async def _answer_push(self, scope: Scope, send: Send, source: str, detail: str, body: bytes) -> None:
        if self.keyring is None:
            self._tally.count(source, "unavailable")
            return await _refuse(send, 503, "not ready yet: send it again", (b"retry-after", RETRY_AFTER_S))
        credential, tokens = authenticate(self.keyring, scope, source, detail, body)
        if credential is None:
            return await self._answer_stranger(scope, send, source, body)
        try:
            await self._log.append(_entry(scope, source, detail, body, credential, tokens))
        except DatabaseUnavailable as away:
            self._tally.count(source, "unavailable")
            return await _refuse(send, 503, str(away), (b"retry-after", RETRY_AFTER_S))
        self._tally.count(source, "accepted")
        await _answer(send, 200, ACCEPTED)

    async def _answer_stranger(self, scope: Scope, send: Send, source: str, body: bytes) -> None:
        if not body:
            self._tally.count(self._counted_as(source), "probe")
            return await _answer(send, 200, ACCEPTED)
        self._tally.count(self._counted_as(source), "refused")
        client = (scope.get("client") or ("unknown",))[0]
        if not self._refusals.hit(self._refusal_limit, client):
            return await _refuse(send, 429, "too many refused pushes", (b"retry-after", b"60"))
        await _refuse(send, 401, "not authenticated: check the token, signature or address you were given")

    def _counted_as(self, source: str | None) -> str:
        return source if source and self.keyring and source in self.keyring.sources else "unknown"


def authenticate(
    keyring: Keyring, scope: Scope, source: str, detail: str, body: bytes
) -> tuple[Credential | None, list[Token]]:
    """Whose credential a push carries, if any, and where the tokens stand in its body."""
    if source == "jimi-a":
        return keyring.by_secret(source, detail), []
    if source == "jimi":
        tokens = find_tokens(body)
        believed = [keyring.by_secret(source, token.value) for token in tokens]
        return (believed[0] if believed and None not in believed else None), tokens
    return keyring.by_signature(source, _header(scope, b"x-fleet-signature"), body, time.time()), []


def _source_and_detail(path: str) -> tuple[str | None, str]:
    """(source, rest of the path) of a push address; (None, "") when it is none."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None, ""
    return match[1].lower(), match[2] or ""


def _entry(scope: Scope, source: str, detail: str, body: bytes, credential: Credential, tokens: list[Token]) -> Entry:
    content_type = _header(scope, b"content-type")[:200]
    meta: dict[str, Any] = {"sha256": hashlib.sha256(body).hexdigest()}
    if tokens:
        meta["redacted"] = [[token.start, token.end] for token in tokens]
        body = _redacted(body, tokens)
    if source == "jimi-a":
        meta["family"] = "a"
        topic = _message_type(body)
    elif source == "jimi":
        topic = _clean(detail.lower()) or "probe"
    else:
        topic = source
    return Entry(
        source="jimi.push" if source in ("jimi", "jimi-a") else source,
        account_id=credential.account_id,
        topic=topic,
        content_type=_clean(content_type),
        body=body,
        meta=orjson.dumps(meta).decode(),
        verified_by=credential.name,
    )


def _redacted(body: bytes, tokens: list[Token]) -> bytes:
    """The body with the bytes of its tokens replaced, one for one, by `*`."""
    masked = bytearray(body)
    for token in tokens:
        masked[token.start : token.end] = b"*" * (token.end - token.start)
    return bytes(masked)


def _message_type(body: bytes) -> str:
    """The msgType of a family A body; `probe` when it names none."""
    return _clean(form_field(body, "msgType") or json_member(body, "msgType") or "") or "probe"


@lru_cache(maxsize=1024)
def _clean(text: str) -> str:
    """Printable ASCII of at most 100 characters: topics and types are looked up, never shown raw."""
    return "".join(char for char in text[:100] if " " <= char <= "~")


def _header(scope: Scope, name: bytes) -> str:
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return ""


async def _read(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole body. Errors: BodyTooLarge as soon as it is known, SenderGone."""
    announced = _header(scope, b"content-length")
    if announced.isdigit() and int(announced) > limit:
        raise BodyTooLarge
    body, more = b"", True
    while more and len(body) <= limit:
        message = await receive()
        if message["type"] != "http.request":
            raise SenderGone
        body += message.get("body", b"")
        more = message.get("more_body", False)
    if len(body) > limit:
        raise BodyTooLarge
    return body


async def _refuse(send: Send, status: int, message: str, *headers: tuple[bytes, bytes]) -> None:
    await _answer(send, status, orjson.dumps({"code": 1, "msg": message, "message": message}), *headers)


async def _answer(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(body)).encode()),
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
