"""Signed calls to the vendor cloud. Gives answers verbatim; understands only their `code`.

A token is asked for once for all callers, renewed before it ends, and once more when the cloud says 1004.
1006 (too frequent) is answered by waiting and signing again, never by a new token.
"""

import asyncio
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import httpx
import orjson

from fleet import clock
from fleet.errors import UpstreamError
from fleet.jimi.signing import sign

SUCCESS, TOKEN_ERROR, TOO_FREQUENT = 0, 1004, 1006
TOKEN_LIFETIME_S = 7200
RENEW_BEFORE_END_S = 600
BACK_OFF_S = (1.5, 3.0, 6.0)


@dataclass(frozen=True, slots=True)
class JimiAccount:
    """The application and user that calls are made for."""

    url: str
    app_key: str
    app_secret: str
    user_id: str
    user_pwd_md5: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the cloud said, to the byte, and to which question (no secret in `params`)."""

    method: str
    params: dict[str, str]
    requested_at: datetime
    http_status: int
    content_type: str
    body: bytes

    @property
    def code(self) -> int | None:
        """The answer's own code; None when the body is not the cloud's envelope."""
        try:
            return int(orjson.loads(self.body)["code"])
        except (ValueError, TypeError, KeyError):
            return None


class JimiClient:
    """Calls for one application key."""

    def __init__(self, account: JimiAccount, http: httpx.AsyncClient) -> None:
        self._account = account
        self._http = http
        self._token: str | None = None
        self._token_ends_s = 0.0
        self._renewing = asyncio.Lock()

    async def call(self, method: str, params: Mapping[str, str]) -> Answer:
        """One answer to a question, whatever its code, after renewing or backing off where that helps.

        Errors: UpstreamError when the cloud cannot be reached or gives no token.
        """
        renewed = False
        waits = iter(BACK_OFF_S)
        while True:
            token = await self._current_token()
            answer = await self._send(method, params, {"access_token": token})
            if answer.code == TOKEN_ERROR and not renewed:
                renewed = True
                self._forget(token)
            elif answer.code == TOO_FREQUENT and (wait_s := next(waits, None)) is not None:
                await asyncio.sleep(wait_s * random.uniform(0.75, 1.25))  # noqa: S311
            else:
                return answer

    async def _current_token(self) -> str:
        async with self._renewing:
            if self._token is None or time.monotonic() > self._token_ends_s - RENEW_BEFORE_END_S:
                await self._renew()
            assert self._token is not None
            return self._token

    def _forget(self, token: str) -> None:
        """Drop a token that was refused, unless somebody has renewed it meanwhile."""
        if self._token == token:
            self._token = None

    async def _renew(self) -> None:
        answer = await self._send(
            "jimi.oauth.token.get",
            {
                "user_id": self._account.user_id,
                "user_pwd_md5": self._account.user_pwd_md5,
                "expires_in": str(TOKEN_LIFETIME_S),
            },
            {},
        )
        if answer.code != SUCCESS:
            raise UpstreamError(f"The vendor gave no token: code {answer.code}, HTTP {answer.http_status}.")
        result = orjson.loads(answer.body)["result"]
        self._token = str(result["accessToken"])
        self._token_ends_s = time.monotonic() + int(result["expiresIn"])

    async def _send(self, method: str, params: Mapping[str, str], secret: Mapping[str, str]) -> Answer:
        asked_at = clock.now()
        form = {
            "method": method,
            "timestamp": f"{asked_at:%Y-%m-%d %H:%M:%S}",
            "app_key": self._account.app_key,
            "sign_method": "md5",
            "v": "1.0",
            "format": "json",
            **{name: value for name, value in params.items() if value},
            **secret,
        }
        form["sign"] = sign(form, self._account.app_secret)
        try:
            reply = await self._http.post(self._account.url, data=form)
        except httpx.HTTPError as failed:
            raise UpstreamError(f"The vendor cloud did not answer {method}: {type(failed).__name__}.") from failed
        content_type = reply.headers.get("content-type", "")
        return Answer(method, dict(params), asked_at, reply.status_code, content_type, reply.content)
