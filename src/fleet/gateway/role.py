"""The gateway role: pushes, API and pages in one process, on three database logins."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from fleet.config import GatewaySettings
from fleet.db import borrowed, make_pool, refuse_unsafe
from fleet.errors import DatabaseUnavailable
from fleet.gateway.credentials import load_keyring
from fleet.gateway.push import PushApp, Receive, Scope, Send
from fleet.gateway.tally import Tally
from fleet.health import serve_health
from fleet.http_server import serve_http
from fleet.lifecycle import together
from fleet.log.append import GroupCommit
from fleet.observe import log
from fleet.serve.app import make_api
from fleet.serve.context import Context

KEYRING_EVERY_S = 15.0
KEYRING_RETRY_S = 0.5
TALLY_EVERY_S = 10.0
API_CONNECTIONS = 4

Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def dispatcher(push: PushApp, api: Application) -> Application:
    """Pushes go to their own application before any middleware of the API; the rest to the API."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and f"{scope['path']}/".startswith("/push/"):
            await push(scope, receive, send)
        else:
            await api(scope, receive, send)

    return application


class Gateway:
    """One gateway process."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._log = GroupCommit(settings.database_push_url.get_secret_value(), "fleet-gateway-push")
        self._tally = Tally()
        self.push = PushApp(self._log, self._tally, settings.push_max_body_bytes)
        self._context = Context(
            settings,
            make_pool(settings.database_reader_url.get_secret_value(), "fleet-gateway-reader", API_CONNECTIONS),
            make_pool(settings.database_session_url.get_secret_value(), "fleet-gateway-session", API_CONNECTIONS),
            self._log,
        )
        self._keyring_read_at: datetime | None = None
        self._ready = asyncio.Event()

    async def run(self) -> None:
        """Serve until cancelled."""
        await self._context.reader.open(wait=False)
        await self._context.session.open(wait=False)
        try:
            await together(
                self._log.run(),
                self._keep_keyring(),
                self._keep_tally(),
                self._serve(),
                serve_health("gateway", self._settings.gateway_host, self._settings.health_port, self._report),
            )
        finally:
            await self._tally.write(self._context.session)
            await self._context.reader.close()
            await self._context.session.close()

    async def _serve(self) -> None:
        application = dispatcher(self.push, make_api(self._context))
        log.info("gateway_listening", host=self._settings.gateway_host, port=self._settings.gateway_port)
        await serve_http(application, self._settings.gateway_host, self._settings.gateway_port, shares_port=True)

    async def _keep_keyring(self) -> None:
        """Read the push credentials, again and again; without them no push is believed."""
        while True:
            try:
                async with borrowed(self._context.session) as db:
                    await refuse_unsafe(db)
                    self.push.keyring = await load_keyring(db, self._settings.secrets_key.get_secret_value())
            except DatabaseUnavailable as away:
                log.warning("keyring_not_read", reason=str(away))
                await asyncio.sleep(KEYRING_RETRY_S)
                continue
            self._keyring_read_at = datetime.now(UTC)
            self._ready.set()
            await asyncio.sleep(KEYRING_EVERY_S)

    async def _keep_tally(self) -> None:
        while True:
            await asyncio.sleep(TALLY_EVERY_S)
            await self._tally.write(self._context.session)

    async def _report(self) -> dict[str, Any]:
        counts = {f"{source}.{outcome}": n for (source, outcome), n in self._tally.since_start.items()}
        return {
            "ok": self._ready.is_set() and self._log.available,
            "log_available": self._log.available,
            "keyring_read_at": self._keyring_read_at and self._keyring_read_at.isoformat(),
            "pushes": counts,
        }
