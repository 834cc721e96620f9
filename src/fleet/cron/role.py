"""The cron role: one scheduled job for each poll and account, and the partitions of tomorrow."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from fleet import clock
from fleet.config import CronSettings
from fleet.cron.jobs import Jobs
from fleet.cron.polls import DEVICE_LIST, LIVE_POSITIONS, PolledAccount, poll_listing
from fleet.db import borrowed, make_pool, refuse_unsafe
from fleet.errors import DatabaseUnavailable
from fleet.health import serve_health
from fleet.jimi.client import JimiAccount, JimiClient
from fleet.lifecycle import together
from fleet.log.append import GroupCommit
from fleet.observe import log

ACCOUNTS_EVERY_S = 30
ACCOUNTS_RETRY_S = 0.5
PARTITIONS_EVERY_S = 6 * 3600
READ_TIMEOUT_S = 30.0
RETRY_WITHIN_S = 60


class Cron:
    """The one cron process."""

    def __init__(self, settings: CronSettings) -> None:
        self._settings = settings
        url = settings.database_cron_url.get_secret_value()
        self._pool = make_pool(url, "fleet-cron", 2)
        self._log = GroupCommit(url, "fleet-cron-log")
        self._jobs = Jobs()
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._accounts_read = asyncio.Event()

    async def run(self) -> None:
        """Keep the schedule until cancelled."""
        await self._pool.open(wait=False)
        self._scheduler.start()
        try:
            async with httpx.AsyncClient(timeout=READ_TIMEOUT_S) as http:
                await together(
                    self._log.run(),
                    self._keep_schedule(self._client(http)),
                    serve_health("cron", "127.0.0.1", self._settings.health_port, self._report),
                )
        finally:
            self._scheduler.shutdown(wait=False)
            await self._pool.close()

    def _client(self, http: httpx.AsyncClient) -> JimiClient | None:
        """The vendor client; None when no vendor account is set, and then nothing is polled."""
        chosen = self._settings
        if not (
            chosen.jimi_api_url
            and chosen.jimi_app_key
            and chosen.jimi_app_secret
            and chosen.jimi_user_id
            and chosen.jimi_user_pwd_md5
        ):
            log.warning("polling_off", reason="JIMI_API_URL and the JIMI_APP_* and JIMI_USER_* keys are not all set")
            return None
        account = JimiAccount(
            chosen.jimi_api_url,
            chosen.jimi_app_key,
            chosen.jimi_app_secret.get_secret_value(),
            chosen.jimi_user_id,
            chosen.jimi_user_pwd_md5.get_secret_value(),
        )
        return JimiClient(account, http)

    async def _keep_schedule(self, client: JimiClient | None) -> None:
        """A job for each polled account, those added later too."""
        self._every(PARTITIONS_EVERY_S, "partitions", self._ensure_partitions)
        while True:
            try:
                accounts = await self._polled_accounts()
            except DatabaseUnavailable as away:
                log.warning("accounts_not_read", reason=str(away))
                await asyncio.sleep(ACCOUNTS_RETRY_S)
                continue
            self._accounts_read.set()
            if client:
                self._schedule_polls(client, accounts)
            await asyncio.sleep(ACCOUNTS_EVERY_S)

    def _schedule_polls(self, client: JimiClient, accounts: list[PolledAccount]) -> None:
        """A job for each poll of each account, and none for accounts that are polled no more."""
        intervals_s = {
            LIVE_POSITIONS: self._settings.poll_live_positions_s,
            DEVICE_LIST: self._settings.poll_device_list_s,
        }
        wanted = {f"{method} {account.code}" for method in intervals_s for account in accounts}
        for job in self._scheduler.get_jobs():
            if job.id.startswith("jimi.") and job.id not in wanted:
                job.remove()
        for account in accounts:
            for method, interval_s in intervals_s.items():
                self._poll(client, method, account, interval_s)

    def _poll(self, client: JimiClient, method: str, account: PolledAccount, interval_s: int) -> None:
        async def work() -> int:
            return await poll_listing(client, self._log, method, account)

        self._every(interval_s, f"{method} {account.code}", work)

    def _every(self, interval_s: int, name: str, work: Any) -> None:
        """Run a job now and then each `interval_s`, sooner after a failure; once scheduled it stays."""
        if self._scheduler.get_job(name) is not None:
            return
        recorded = self._jobs.recorded(name, work)

        async def run() -> None:
            job = self._scheduler.get_job(name)
            if not await recorded() and job and interval_s > RETRY_WITHIN_S:
                job.modify(next_run_time=clock.now() + timedelta(seconds=RETRY_WITHIN_S))

        self._scheduler.add_job(run, "interval", seconds=interval_s, id=name, next_run_time=clock.now())

    async def _polled_accounts(self) -> list[PolledAccount]:
        async with borrowed(self._pool) as db:
            await refuse_unsafe(db)
            rows = await db.execute("select account_id, code from domain.accounts where polled order by code")
            return [PolledAccount(*row) for row in await rows.fetchall()]

    async def _ensure_partitions(self) -> int:
        async with borrowed(self._pool) as db:
            row = await (await db.execute("select series.ensure_all(now())")).fetchone()
        return row[0] if row else 0

    async def _report(self) -> dict[str, Any]:
        return {
            "ok": self._accounts_read.is_set() and self._log.available,
            "log_available": self._log.available,
            "jobs": self._jobs.report(),
        }
