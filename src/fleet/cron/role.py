"""The cron role: the polls of each account, the partitions of tomorrow, and what else is due by the clock."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import httpx

from fleet import clock
from fleet.config import CronSettings
from fleet.cron.hr_roster import roster_job
from fleet.cron.jobs import JobName, Jobs, Work
from fleet.cron.memory import PolledAccount, PollMemory
from fleet.cron.polls.registry import ACCOUNT_POLLS, FLEET_POLLS, FleetPoll
from fleet.cron.run import Desk
from fleet.cron.schedule import Schedule
from fleet.db import borrowed, make_pool, refuse_unsafe
from fleet.drift.contract.run import as_job
from fleet.errors import DatabaseUnavailable
from fleet.health import serve_health
from fleet.lifecycle import together
from fleet.log.append import GroupCommit
from fleet.observe import log
from fleet.retention.job import apply_retention
from fleet.upstream.access import account_of, client_of

ACCOUNTS_EVERY_S = 30
FIRST_CONTRACT_CHECK_AFTER_S = 600
ACCOUNTS_RETRY_S = 0.5
PARTITIONS_EVERY_S = 6 * 3600
CONNECTIONS = 4


class Cron:
    """The one cron process."""

    def __init__(self, settings: CronSettings) -> None:
        self._settings = settings
        url = settings.database_cron_url.get_secret_value()
        self._pool = make_pool(url, "fleet-cron", CONNECTIONS)
        self._log = GroupCommit(url, "fleet-cron-log")
        self._memory = PollMemory(self._pool)
        self._jobs = Jobs(self._pool)
        self._schedule = Schedule(self._jobs)
        self._polled: list[PolledAccount] = []
        self._accounts_read = asyncio.Event()

    async def run(self) -> None:
        """Keep the schedule until cancelled."""
        await self._pool.open(wait=False)
        self._schedule.start()
        try:
            async with httpx.AsyncClient() as http:
                await together(
                    self._log.run(),
                    self._keep_schedule(self._desk(http), http),
                    serve_health("cron", "127.0.0.1", self._settings.health_port, self._report),
                )
        finally:
            await self._schedule.stop()
            await self._pool.close()

    def _desk(self, http: httpx.AsyncClient) -> Desk | None:
        """What the polls work with; None when no vendor account is set, and then nothing is polled."""
        account = account_of(self._settings)
        if account is None:
            log.warning("polling_off", reason="JIMI_API_URL and the JIMI_APP_* and JIMI_USER_* keys are not all set")
            return None
        return Desk(
            client=client_of(account, self._settings, self._pool, http),
            log=self._log,
            memory=self._memory,
            root=account.user_id,
            gap_limit=timedelta(seconds=self._settings.poll_gap_limit_s),
            detail_age=timedelta(seconds=self._settings.poll_device_detail_s),
            track_again_age=timedelta(seconds=self._settings.poll_track_again_s),
        )

    async def _keep_schedule(self, desk: Desk | None, http: httpx.AsyncClient) -> None:
        """A job for each poll of each polled account, those added later too."""
        self._schedule.every(PARTITIONS_EVERY_S, JobName("partitions"), self._ensure_partitions)
        while True:
            try:
                await self._check_server()
                accounts, successes = await self._memory.polled_accounts(), await self._jobs.successes()
                if desk:
                    self._schedule_polls(desk, accounts, successes)
                    self._schedule_contract_check(desk, successes)
                if self._settings.hr_roster_url:
                    await self._schedule_roster(http, successes)
                name = JobName("retention")
                self._schedule.every(self._settings.retention_s, name, apply_retention, successes.get(name))
                await self._jobs.keep_only(self._schedule.names)
            except DatabaseUnavailable as away:
                log.warning("accounts_not_read", reason=str(away))
                await asyncio.sleep(ACCOUNTS_RETRY_S)
                continue
            self._accounts_read.set()
            await asyncio.sleep(ACCOUNTS_EVERY_S)

    def _schedule_polls(self, desk: Desk, accounts: list[PolledAccount], successes: dict[JobName, datetime]) -> None:
        """The polls of every account, none of accounts that are polled no more; new ones are listed at once."""
        before = {account.code for account in self._polled} or {name.account for name in successes}
        for gone in set(self._polled) - set(accounts):
            for poll in ACCOUNT_POLLS:
                self._schedule.remove(JobName(poll.name, gone.code))
        self._polled = accounts
        for poll in ACCOUNT_POLLS:
            for account in accounts:
                name = JobName(poll.name, account.code)
                work = partial(poll.work, desk, account)
                self._schedule.every(poll.interval_s(self._settings), name, work, successes.get(name))
        for fleet_poll in FLEET_POLLS:
            name = JobName(fleet_poll.name)
            self._schedule.every(
                fleet_poll.interval_s(self._settings), name, self._for_all(fleet_poll, desk), successes.get(name)
            )
            if any(account.code not in before for account in accounts):
                self._schedule.now(name)

    def _schedule_contract_check(self, desk: Desk, successes: dict[JobName, datetime]) -> None:
        """The first one waits until the polls of a fresh install are through."""
        name, interval_s = JobName("contract-check"), self._settings.contract_check_s
        never = clock.now() - timedelta(seconds=max(0, interval_s - FIRST_CONTRACT_CHECK_AFTER_S))
        work = as_job(self._pool, desk.client, desk.root)
        self._schedule.every(interval_s, name, work, successes.get(name, never))

    async def _schedule_roster(self, http: httpx.AsyncClient, successes: dict[JobName, datetime]) -> None:
        name, account_id = JobName("hr_roster"), await self._memory.platform_account()
        work = roster_job(self._settings, http, self._log, account_id)
        self._schedule.every(self._settings.hr_roster_s, name, work, successes.get(name))

    def _for_all(self, poll: FleetPoll, desk: Desk) -> Work:
        """The poll, of the accounts that there are when it runs."""

        async def work() -> int:
            return await poll.work(desk, self._polled)

        return work

    async def _check_server(self) -> None:
        async with borrowed(self._pool) as db:
            await refuse_unsafe(db)

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
