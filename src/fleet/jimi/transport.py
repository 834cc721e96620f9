"""One signed request and its answer, bounded in time and size."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from fleet import clock
from fleet.errors import UpstreamError
from fleet.jimi.answers import Answer, UpstreamOverburdened
from fleet.jimi.methods import TIME_FORMAT, Method
from fleet.jimi.signing import sign

MOST_ANSWER_BYTES = 32_000_000


@dataclass(frozen=True, slots=True)
class JimiAccount:
    """The application and user that calls are made for."""

    url: str
    app_key: str
    app_secret: str
    user_id: str
    user_pwd_md5: str


class Transport:
    """Sends for one application key; each request has a time stamp and a signature of its own."""

    def __init__(self, account: JimiAccount, http: httpx.AsyncClient) -> None:
        self._account = account
        self._http = http

    async def send(self, method: Method, params: Mapping[str, str], secret: Mapping[str, str]) -> Answer:
        """The answer, whatever it says. `secret` parameters are sent and not remembered.

        Errors: UpstreamError when nothing came in time, it was cut short, or it was longer than we take.
        """
        asked_at = clock.now()
        form = {
            "method": method.name,
            "timestamp": f"{asked_at:{TIME_FORMAT}}",
            "app_key": self._account.app_key,
            "sign_method": "md5",
            "v": "1.0",
            "format": "json",
            **{name: value for name, value in params.items() if value},
            **secret,
        }
        form["sign"] = sign(form, self._account.app_secret)
        try:
            async with asyncio.timeout(method.answers_within_s):
                reply, body = await self._post(form, method.answers_within_s)
        except (httpx.TimeoutException, TimeoutError) as late:
            message = f"The vendor did not answer {method.name} within {method.answers_within_s:g} s."
            raise UpstreamOverburdened(message) from late
        except httpx.HTTPError as failed:
            raise UpstreamError(f"The vendor did not answer {method.name}: {type(failed).__name__}.") from failed
        content_type = reply.headers.get("content-type", "")
        return Answer(method.name, dict(params), asked_at, reply.status_code, content_type, body)

    async def _post(self, form: Mapping[str, str], within_s: float) -> tuple[httpx.Response, bytes]:
        url = self._account.url
        async with self._http.stream("POST", url, data=form, timeout=within_s) as reply:
            body = bytearray()
            async for piece in reply.aiter_bytes():
                body += piece
                if len(body) > MOST_ANSWER_BYTES:
                    raise UpstreamOverburdened(
                        f"The vendor's answer to {form['method']} exceeds {MOST_ANSWER_BYTES} bytes."
                    )
            return reply, bytes(body)
