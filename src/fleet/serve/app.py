"""The API application: routers, errors, security headers."""

from collections.abc import MutableMapping
from typing import Any, cast
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from fleet import __version__
from fleet.serve import (
    admin,
    admin_changes,
    drift,
    events,
    jobs,
    live,
    pages,
    past,
    problems,
    rejections,
    sessions,
    set_aside,
)
from fleet.serve.access import RateLimits
from fleet.serve.context import Context

MOST_BODY_BYTES = 65_536
"""Of a request to the API; pushes have a bound of their own."""


def make_api(shared: Context) -> ASGIApp:
    """The API and pages over the given context, every answer guarded, that to a failure too."""
    app = FastAPI(
        title="Fleet",
        version=__version__,
        max_body_size=MOST_BODY_BYTES,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.context = shared
    settings = shared.settings
    app.state.rate_limits = RateLimits(settings.views_per_minute, settings.anonymous_per_minute)
    problems.install(app)
    app.include_router(sessions.router)
    app.include_router(live.router)
    app.include_router(past.router)
    app.include_router(drift.router)
    app.include_router(jobs.router)
    app.include_router(rejections.router)
    app.include_router(set_aside.router)
    app.include_router(events.router)
    app.include_router(admin.router)
    app.include_router(admin_changes.router)
    pages.mount(app)
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=4)
    guarded = Guarded(app, content_security_policy(settings.basemap_online_url))
    if settings.trusted_proxies is None:
        return guarded
    return cast(ASGIApp, ProxyHeadersMiddleware(cast(Any, guarded), settings.trusted_proxies))


def content_security_policy(basemap_online_url: str | None) -> str:
    """Nothing but our own origin, and the online basemap where one is set."""
    parts = urlsplit(basemap_online_url or "")
    host = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return (
        f"default-src 'self'; img-src 'self' data: blob:{host}; worker-src 'self' blob:; "
        f"connect-src 'self'{host}; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )


class Guarded:
    """Around the whole application: a request id, and headers that keep browsers to what the pages need."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), payment=()",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        scope["request_id"] = problems.new_request_id()

        async def guarded_send(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = scope["request_id"]
                for name, value in self._headers.items():
                    headers[name] = value
                if scope["path"].startswith(("/static", "/live", "/login")):
                    headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        await self._app(scope, receive, guarded_send)
