"""What the vendor's cloud said, and the ways in which it can fail us. Understands the envelope alone. Pure."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson

from fleet.errors import UpstreamError

SUCCESS = 0
BUSY = -1
TOKEN_ERROR, ADDRESS_LIMIT, TOO_FREQUENT = 1004, 1005, 1006
ABOUT_DEVICES = frozenset({219, 220, 1001, 1002, 1100})
"""Codes that some device of the batch may be the reason for: the batch without it may do well. The vendor does
not say which code an expired device or an unknown IMEI gives, so the one for wrong parameters is among them."""
ABOUT_EVERYTHING = frozenset({None, BUSY, TOKEN_ERROR, ADDRESS_LIMIT, TOO_FREQUENT, 1007, 1008})
"""Codes that any other question would be answered with as well."""


class UpstreamRefused(UpstreamError):
    """The vendor answered, but not with a success; the answer is in the log. `code` is None for no envelope."""

    def __init__(self, message: str, code: int | None) -> None:
        super().__init__(message)
        self.code = code


class UpstreamOverburdened(UpstreamError):
    """The answer took too long or was too large: a smaller question may do well."""


class UpstreamPaused(UpstreamError):
    """The vendor asked for patience: nothing is asked of it before the time that the message names."""


@dataclass(frozen=True)
class Answer:
    """An answer to the byte, and to which question (no secret in `params`)."""

    method: str
    params: dict[str, str]
    requested_at: datetime
    http_status: int
    content_type: str
    body: bytes

    @cached_property
    def envelope(self) -> dict[str, Any]:
        """The decoded body; empty when it is no JSON object (a proxy's page, a body cut short)."""
        try:
            decoded = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return {}
        return decoded if isinstance(decoded, dict) else {}

    @property
    def code(self) -> int | None:
        """The answer's own code, which some releases send as text; None when there is none."""
        try:
            return int(self.envelope["code"])
        except (ValueError, TypeError, KeyError):
            return None

    @property
    def succeeded(self) -> bool:
        """Is it the vendor's success and not a proxy's page?"""
        return self.code == SUCCESS

    @property
    def for_today(self) -> bool:
        """Has the day's allowance been used up? The code is that of any other refusal; only the text says so."""
        return self.code == TOO_FREQUENT and "today" in str(self.envelope.get("message", "")).lower()

    @property
    def rows(self) -> list[Any]:
        """What the answer brought, wherever this method keeps it; null is an empty list, one object is a list of it."""
        payload = self.envelope.get("result")
        if not payload and isinstance(report := self.envelope.get("data"), dict):
            payload = report.get("rows", report.get("result"))
        if isinstance(payload, dict):
            return [payload]
        return payload if isinstance(payload, list) else []

    @property
    def declared_rows(self) -> int:
        """How many rows there are by the answer's own word, this page or not; 0 where it does not say."""
        report = self.envelope.get("data")
        try:
            return int(report["dataTotalRows"]) if isinstance(report, dict) else 0
        except (KeyError, TypeError, ValueError):
            return 0

    def refusal(self) -> UpstreamRefused:
        """The error that says what the vendor answered in place of a success."""
        what = "no answer of the vendor's making" if self.code is None else f"code {self.code}"
        return UpstreamRefused(f"{self.method}: {what}, HTTP {self.http_status}.", self.code)
