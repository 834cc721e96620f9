"""Who may read: bearer tokens, scopes and rate limits, as FastAPI dependencies."""

import time
from collections.abc import Awaitable, Callable
from typing import Annotated, cast

from fastapi import Depends, Request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from fleet.auth.tokens import Viewer, read_access_token
from fleet.serve.context import Context
from fleet.serve.problems import forbidden, too_many, unauthenticated


class RateLimits:
    """Views by session and client address, the anonymous by address. Kept in the process's memory."""

    def __init__(self, views_per_minute: int, anonymous_per_minute: int) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._views = RateLimitItemPerMinute(views_per_minute)
        self._anonymous = RateLimitItemPerMinute(anonymous_per_minute)

    def spend_view(self, viewer: Viewer, client: str) -> None:
        """Count a view. Errors: Problem 429."""
        self._spend(self._views, "view", viewer.session_id, client)

    def spend_anonymous(self, client: str) -> None:
        """Count a request without a session. Errors: Problem 429."""
        self._spend(self._anonymous, "anonymous", client)

    def _spend(self, limit: RateLimitItem, *who: str) -> None:
        if not self._limiter.hit(limit, *who):
            reset_at, _ = self._limiter.get_window_stats(limit, *who)
            raise too_many(max(1, int(reset_at - time.time()) + 1))


async def context(request: Request) -> Context:
    """What the handlers share."""
    return cast(Context, request.app.state.context)


def client_address(request: Request) -> str:
    """The address a request came from."""
    return request.client.host if request.client else "unknown"


def viewer_with(*scopes: str) -> Callable[[Request], Awaitable[Viewer]]:
    """A dependency: the viewer of the bearer token, who must have the scopes. Errors: Problem 401, 403, 429."""

    async def viewer(request: Request) -> Viewer:
        shared = await context(request)
        limits = cast(RateLimits, request.app.state.rate_limits)
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        known = read_access_token(token, shared.jwt_key) if kind.lower() == "bearer" else None
        if known is None:
            limits.spend_anonymous(client_address(request))
            raise unauthenticated()
        for scope in scopes:
            if scope not in known.scopes:
                raise forbidden(scope)
        limits.spend_view(known, client_address(request))
        return known

    return viewer


SignedIn = Annotated[Viewer, Depends(viewer_with())]
FleetReader = Annotated[Viewer, Depends(viewer_with("read:fleet"))]
