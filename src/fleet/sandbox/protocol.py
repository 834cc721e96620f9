"""The vendor's request protocol: signature, clock skew, tokens, rate limits, envelope and error codes."""

import hmac
import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fleet.errors import FleetError
from fleet.jimi.signing import sign
from fleet.sandbox.clock import Now
from fleet.sandbox.options import SandboxOptions

SKEW = timedelta(minutes=10)
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
SHORTEST_TOKEN_S, LONGEST_TOKEN_S = 60, 7200
# The texts are the vendor's, full-width comma included.
MESSAGES = {
    -1: "The system is busy ",
    214: "The account does not exist",
    219: "The imei list is invalid",
    220: "Too many imeis",
    1001: "Parameter error",
    1002: "Illegal device",
    1004: "Illegal request，token is invalid",
    1005: "IP access exceeds limit",
    1006: "Illegal access, request frequency is too high",
    1007: "Request method error",
    1008: "Illegal request",
    1100: "Business exception ",
}


class Refused(FleetError):
    """A call that is answered with an error code."""

    def __init__(self, code: int, message: str | None = None) -> None:
        super().__init__(message or MESSAGES[code])
        self.code = code


def envelope(code: int, message: str, **payload: Any) -> dict[str, Any]:
    """The answer's outer form; which of `result` and `data` it holds differs by method."""
    return {"code": code, "message": message, **payload}


def refusal(code: int, message: str | None = None) -> dict[str, Any]:
    """An error answer."""
    return envelope(code, message or MESSAGES[code], result=None)


def check_request(parameters: Mapping[str, str], options: SandboxOptions, now: datetime) -> None:
    """Refuse a request without the common parameters, of another app, out of time or wrongly signed."""
    if not {"method", "timestamp", "app_key", "sign"} <= parameters.keys():
        raise Refused(1001)
    if parameters["app_key"] != options.app_key:
        raise Refused(1001, "Illegal appKey")
    try:
        stamped = datetime.strptime(parameters["timestamp"], TIME_FORMAT).replace(tzinfo=UTC)
    except ValueError as wrong:
        raise Refused(1001) from wrong
    if abs(now - stamped) > SKEW:
        raise Refused(1001, "Illegal timestamp")
    expected = sign(parameters, options.app_secret)
    if not hmac.compare_digest(expected.encode(), parameters["sign"].encode()):
        raise Refused(1008)


@dataclass(frozen=True, slots=True)
class Token:
    """An access token with its refresh token."""

    access: str
    refresh: str
    account: str
    issued_at: datetime
    lifetime_s: int

    @property
    def expires_at(self) -> datetime:
        return self.issued_at + timedelta(seconds=self.lifetime_s)


class Tokens:
    """Tokens issued; a refresh ends the pair it was made with, a new token.get ends nothing."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._by_access: dict[str, Token] = {}

    def issue(self, account: str, expires_in: str) -> Token:
        """A new token for 60 to 7200 seconds."""
        if not (expires_in.isdecimal() and SHORTEST_TOKEN_S <= int(expires_in) <= LONGEST_TOKEN_S):
            raise Refused(1001)
        self._forget_expired()
        token = Token(secrets.token_hex(16), secrets.token_hex(16), account, self._now(), int(expires_in))
        self._by_access[token.access] = token
        return token

    def check(self, access: str) -> Token:
        """The live token of that name."""
        token = self._by_access.get(access)
        if token is None or token.expires_at <= self._now():
            raise Refused(1004)
        return token

    def renew(self, access: str, refresh: str, expires_in: str) -> Token:
        """A new token for a live one and its refresh token."""
        old = self.check(access)
        if old.refresh != refresh:
            raise Refused(1004)
        token = self.issue(old.account, expires_in)
        self._by_access.pop(access, None)
        return token

    def _forget_expired(self) -> None:
        now = self._now()
        self._by_access = {name: token for name, token in self._by_access.items() if token.expires_at > now}


class RateLimit:
    """So many calls in any sixty seconds."""

    def __init__(self, calls_per_minute: int, now: Now) -> None:
        self._limit = calls_per_minute
        self._now = now
        self._calls: deque[datetime] = deque()

    def take(self) -> None:
        """Count a call, or refuse it with 1006; refused calls do not count."""
        now = self._now()
        while self._calls and self._calls[0] <= now - timedelta(seconds=60):
            self._calls.popleft()
        if len(self._calls) >= self._limit:
            raise Refused(1006)
        self._calls.append(now)
