"""The vendor's token in the database, sealed: survives restarts, shared by processes. Owns auth.upstream_tokens."""

from datetime import UTC, datetime

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from psycopg_pool import AsyncConnectionPool

from fleet.db import Connection, borrowed
from fleet.jimi.tokens import Lease, Token
from fleet.observe import log

LEASE_S = 75
"""Longer than a refresh and a new token may take together."""
ONE_REQUEST_IN_S = 60
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class DatabaseTokenStore:
    """The store of one application key and user."""

    def __init__(self, pool: AsyncConnectionPool[Connection], secrets_key: str, app_key: str, user_id: str) -> None:
        self._pool = pool
        self._seals = MultiFernet([Fernet(key.strip()) for key in secrets_key.split(",")])
        self._name = (app_key, user_id)

    async def read(self) -> Token | None:
        """The token that is there; one that no key of ours opens counts as over."""
        async with borrowed(self._pool) as db:
            rows = await db.execute("select * from auth.read_upstream_token(%s, %s)", self._name)
            row = await rows.fetchone()
        if row is None:
            return None
        sealed, expires_at, version = row
        try:
            pair = orjson.loads(self._seals.decrypt(sealed.encode()))
        except InvalidToken:
            log.warning("token_not_readable", reason="no key in SECRETS_KEY opens it; a new one is asked for")
            return Token("", "", LONG_AGO, version)
        return Token(pair["access"], pair["refresh"], expires_at, version)

    async def lease(self, seen_version: int) -> Lease:
        """Ask to renew; see auth.lease_upstream_token."""
        async with borrowed(self._pool) as db:
            rows = await db.execute(
                "select state, granted::text, wait_s from auth.lease_upstream_token(%s, %s, %s,"
                " make_interval(secs => %s), make_interval(secs => %s))",
                (*self._name, seen_version, LEASE_S, ONE_REQUEST_IN_S),
            )
            row = await rows.fetchone()
        assert row is not None
        return Lease(*row)

    async def save(self, lease_id: str, token: Token) -> Token:
        """Store what was got; when the lease was lost meanwhile, what is there, or else what was got."""
        pair = orjson.dumps({"access": token.access, "refresh": token.refresh})
        async with borrowed(self._pool) as db:
            rows = await db.execute(
                "select auth.save_upstream_token(%s, %s, %s)",
                (lease_id, self._seals.encrypt(pair).decode(), token.expires_at),
            )
            row = await rows.fetchone()
        if row is not None and row[0] is not None:
            return Token(token.access, token.refresh, token.expires_at, row[0])
        return await self.read() or token

    async def release(self, lease_id: str) -> None:
        """End a lease that brought nothing."""
        async with borrowed(self._pool) as db:
            await db.execute("select auth.release_upstream_token(%s)", (lease_id,))

    async def cool_down(self, seconds: float) -> None:
        """Grant no lease for so long."""
        async with borrowed(self._pool) as db:
            await db.execute(
                "select auth.hold_upstream_token(%s, %s, make_interval(secs => %s), make_interval(secs => %s))",
                (*self._name, seconds, ONE_REQUEST_IN_S),
            )
