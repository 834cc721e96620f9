"""The access token: one for all callers and restarts, asked for by one at a time and not more than needed.

It lies in a store that outlives the process. Who wants to renew it takes a lease there, asks, and stores the
answer; no lock is held while the vendor is asked.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from fleet import clock
from fleet.errors import UpstreamError
from fleet.jimi.answers import ADDRESS_LIMIT, TOO_FREQUENT, Answer
from fleet.jimi.methods import TOKEN_GET, TOKEN_REFRESH, Method

LIFETIME_S = 7200
RENEW_BEFORE_END = timedelta(minutes=10)
STILL_GOOD = timedelta(seconds=5)
LOOK_AGAIN_S = 0.25
FIRST_COOL_DOWN_S, MOST_COOL_DOWN_S = 60.0, 900.0


@dataclass(frozen=True, slots=True)
class Token:
    """An access token; `version` grows with each renewal."""

    access: str
    refresh: str
    expires_at: datetime
    version: int = 0


@dataclass(frozen=True, slots=True)
class Lease:
    """The answer to "may I renew?": granted; changed (it was renewed meanwhile); leased to another; too soon."""

    state: Literal["granted", "changed", "leased", "too_soon"]
    lease_id: str | None
    wait_s: float


class TokenStore(Protocol):
    """Where the token of an application key and user outlives the process."""

    async def read(self) -> Token | None:
        """The token that is there, expired or not."""

    async def lease(self, seen_version: int) -> Lease:
        """Ask to renew the token of that version (0: there was none)."""

    async def save(self, lease_id: str, token: Token) -> Token:
        """Store what was got under a lease, and end the lease; the token with its version."""

    async def release(self, lease_id: str) -> None:
        """End a lease that brought nothing."""

    async def cool_down(self, seconds: float) -> None:
        """Grant no lease for so long."""


Ask = Callable[[Method, Mapping[str, str], Mapping[str, str]], Awaitable[Answer]]


class TokenKeeper:
    """Gives callers the token, and has it renewed: before its end, or because the vendor refused it."""

    def __init__(self, store: TokenStore, ask: Ask, user_id: str, user_pwd_md5: str) -> None:
        self._store = store
        self._ask = ask
        self._user = {"user_id": user_id, "user_pwd_md5": user_pwd_md5}
        self._token: Token | None = None
        self._one_at_a_time = asyncio.Lock()
        self._cool_down_s = FIRST_COOL_DOWN_S

    async def current(self) -> Token:
        """A token that is good for a while. Errors: UpstreamError when there is none to be had now."""
        async with self._one_at_a_time:
            if not _fresh(self._token):
                self._token = await self._store.read() or self._token
            if not _fresh(self._token):
                await self._renew_early(self._token)
            if self._token is None or not _good(self._token):
                raise UpstreamError("The vendor gave no token and may not be asked again yet.")
            return self._token

    async def replace(self, refused: Token) -> bool:
        """Have another token in place of one that the vendor refused; False when there is none yet."""
        async with self._one_at_a_time:
            if self._token is not None and self._token.version == refused.version:
                await self._renew(refused, refused=True)
            return self._token is not None and self._token.version != refused.version

    async def refused_again(self) -> None:
        """A new token was refused as well: it is not the token, so none is asked for, longer each time."""
        await self._store.cool_down(self._cool_down_s)
        self._cool_down_s = min(2 * self._cool_down_s, MOST_COOL_DOWN_S)

    def accepted(self) -> None:
        """The vendor took the token: the next cool-down is short again."""
        self._cool_down_s = FIRST_COOL_DOWN_S

    async def _renew_early(self, old: Token | None) -> None:
        """Renew; a failure is none of the callers' business for as long as the old token is good."""
        try:
            await self._renew(old, refused=False)
        except UpstreamError:
            if old is None or not _good(old):
                raise

    async def _renew(self, old: Token | None, *, refused: bool) -> None:
        """Put a newer token in place, our own or the one that another process got; none if it is too soon."""
        while True:
            lease = await self._store.lease(old.version if old else 0)
            if lease.lease_id is not None:
                self._token = await self._under(lease.lease_id, None if refused else old)
                return
            if lease.state == "too_soon":
                return
            if lease.state == "leased":
                await asyncio.sleep(min(lease.wait_s, LOOK_AGAIN_S))
            held = await self._store.read()
            if held is None:
                old = None
            elif held.version != (old.version if old else 0):
                self._token = held
                return

    async def _under(self, lease_id: str, old: Token | None) -> Token:
        """Ask the vendor under a lease: a refresh of a live token, else a new one."""
        try:
            token = await self._refreshed(old) or await self._got()
        except BaseException:
            await self._store.release(lease_id)
            raise
        return await self._store.save(lease_id, token)

    async def _refreshed(self, old: Token | None) -> Token | None:
        if old is None or not _good(old):
            return None
        secret = {"access_token": old.access, "refresh_token": old.refresh, "expires_in": str(LIFETIME_S)}
        answer = await self._ask(TOKEN_REFRESH, {}, secret)
        if answer.code in (TOO_FREQUENT, ADDRESS_LIMIT):
            raise answer.refusal()  # asking for a new token now would be one call more of too many
        return _token_of(answer)

    async def _got(self) -> Token:
        answer = await self._ask(TOKEN_GET, {}, {**self._user, "expires_in": str(LIFETIME_S)})
        token = _token_of(answer)
        if token is None:
            raise UpstreamError(f"The vendor gave no token: code {answer.code}, HTTP {answer.http_status}.")
        return token


def _fresh(token: Token | None) -> bool:
    return token is not None and token.expires_at - clock.now() > RENEW_BEFORE_END


def _good(token: Token) -> bool:
    return token.expires_at - clock.now() > STILL_GOOD


def _token_of(answer: Answer) -> Token | None:
    """The token of an answer; None when it holds none."""
    (result, *_) = answer.rows or [None]
    try:
        lifetime = timedelta(seconds=int(result["expiresIn"]))
        return Token(str(result["accessToken"]), str(result["refreshToken"]), answer.requested_at + lifetime)
    except (TypeError, KeyError, ValueError):
        return None
