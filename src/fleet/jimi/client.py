"""Signed calls to the vendor's cloud: patience, renewal and pauses are its business, the meaning is not.

1004 (token): one new token and one more try. 1006 (too frequent): wait and sign again, never a new token; for
the whole day: a long pause. 1005 (address limit): a pause. -1 (busy): a few more tries. All else is an answer.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import httpx

from fleet import clock
from fleet.jimi.answers import ADDRESS_LIMIT, BUSY, TOKEN_ERROR, TOO_FREQUENT, Answer
from fleet.jimi.limiter import Limiter, Pace
from fleet.jimi.methods import Method
from fleet.jimi.tokens import Token, TokenKeeper, TokenStore
from fleet.jimi.transport import JimiAccount, Transport

MOST_TRIES = 4
BUSY_WAIT_S = 2.0

Keep = Callable[[Answer], Awaitable[object]]
"""Stores an answer; awaited for every answer of a method, before anything is made of it."""


@dataclass(slots=True)
class _Tries:
    """How often a call was made, and whether it has had its new token."""

    made: int = 0
    renewed: bool = False


class JimiClient:
    """Calls for one application key."""

    def __init__(
        self,
        account: JimiAccount,
        http: httpx.AsyncClient,
        store: TokenStore,
        pace: Pace,
    ) -> None:
        self._transport = Transport(account, http)
        self._limiter = Limiter(pace)
        self._tokens = TokenKeeper(store, self._send, account.user_id, account.user_pwd_md5)
        self._pace = pace

    async def call(self, method: Method, params: Mapping[str, str], keep: Keep) -> Answer:
        """The last answer to a question, whatever its code; each answer on the way was kept.

        Errors: UpstreamError when the cloud cannot be reached or gives no token; UpstreamPaused.
        """
        tries = _Tries()
        while True:
            token = await self._tokens.current()
            tries.made += 1
            answer = await self._send(method, params, {"access_token": token.access})
            await keep(answer)
            if answer.succeeded:
                self._tokens.accepted()
            if not await self._is_worth_another(answer, token, tries):
                return answer

    async def _is_worth_another(self, answer: Answer, token: Token, tries: _Tries) -> bool:
        if answer.code == TOKEN_ERROR:
            return await self._has_new_token(token, tries)
        if answer.code == TOO_FREQUENT:
            return not answer.for_today and tries.made < MOST_TRIES
        if answer.code == BUSY and tries.made < MOST_TRIES:
            await asyncio.sleep(BUSY_WAIT_S * 2 ** (tries.made - 1) * random.uniform(0.75, 1.25))  # noqa: S311
            return True
        return False

    async def _has_new_token(self, token: Token, tries: _Tries) -> bool:
        if tries.renewed:
            await self._tokens.refused_again()
            return False
        tries.renewed = True
        return await self._tokens.replace(token)

    async def _send(self, method: Method, params: Mapping[str, str], secret: Mapping[str, str]) -> Answer:
        """One request in its turn; what the answer says of our pace is heeded at once, by all."""
        async with self._limiter.turn(method):
            asked_s = time.monotonic()
            answer = await self._transport.send(method, params, secret)
        self._heed(answer, asked_s)
        return answer

    def _heed(self, answer: Answer, asked_s: float) -> None:
        if answer.succeeded:
            self._limiter.eased()
        elif answer.for_today:
            self._limiter.pause(min(self._pace.day_pause_s, _left_of_the_day_s()), "the day's calls are used up")
        elif answer.code == TOO_FREQUENT:
            self._limiter.back_off(asked_s)
        elif answer.code == ADDRESS_LIMIT:
            self._limiter.pause(self._pace.address_pause_s, "this address has called too often")


def _left_of_the_day_s() -> float:
    """Seconds to the next UTC day."""
    now = clock.now()
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (tomorrow - now).total_seconds()
