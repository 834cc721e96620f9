"""Access tokens (JWT, short-lived, in memory of the page) and refresh tokens (random, hashed at rest)."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

ISSUER = "fleet"


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person behind a request."""

    account_id: int
    username: str
    scopes: frozenset[str]
    session_id: str


def issue_access_token(viewer: Viewer, key: str, now: datetime, lifetime_s: int) -> str:
    """A signed statement of who the viewer is, good for `lifetime_s`."""
    claims = {
        "iss": ISSUER,
        "sub": viewer.username,
        "uid": viewer.account_id,
        "sid": viewer.session_id,
        "scopes": sorted(viewer.scopes),
        "iat": now,
        "exp": now + timedelta(seconds=lifetime_s),
    }
    return jwt.encode(claims, key, algorithm="HS256")


def read_access_token(token: str, key: str) -> Viewer | None:
    """The viewer of a token; None when it is forged, of another issuer, or over."""
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=["HS256"],
            issuer=ISSUER,
            options={"require": ["exp", "iat", "sub", "uid", "sid", "scopes"]},
        )
    except jwt.InvalidTokenError:
        return None
    return Viewer(claims["uid"], claims["sub"], frozenset(claims["scopes"]), claims["sid"])


def new_refresh_token() -> str:
    """A token nobody can guess."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is stored of a refresh token."""
    return hashlib.sha256(token.encode()).digest()


def seconds_until(moment: datetime) -> int:
    """Whole seconds from now to a moment, never negative."""
    return max(0, int((moment - datetime.now(UTC)).total_seconds()))
