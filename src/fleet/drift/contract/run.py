"""A check of the contract from end to end: asked, logged, judged, kept. The command and the daily job call it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import httpx
import orjson
from psycopg_pool import AsyncConnectionPool

from fleet import clock
from fleet.config import CronSettings
from fleet.db import Connection, borrowed, make_pool
from fleet.drift.contract.check import Check, RunVerdict, verdict_of
from fleet.drift.contract.judge import Result
from fleet.errors import SettingMissing, UpstreamError
from fleet.jimi.answers import Answer
from fleet.jimi.client import JimiClient
from fleet.log.append import Entry, append
from fleet.observe import log
from fleet.upstream.access import account_of, client_of

KEEP = "select drift.keep_contract_run(%s, %s, %s, %s::jsonb)"
ACCOUNTS = "select code, account_id from domain.accounts"


@dataclass(frozen=True, slots=True)
class ContractRun:
    """A check that is over and in the database."""

    run_id: int
    started_at: datetime
    ended_at: datetime
    verdict: RunVerdict
    results: list[Result]


async def run_check(pool: AsyncConnectionPool[Connection], client: JimiClient, root: str) -> ContractRun:
    """Check the contract as the account `root` sees it. Errors: DatabaseUnavailable."""
    started_at = clock.now()
    async with borrowed(pool) as db:
        accounts: dict[str, int] = dict(await (await db.execute(ACCOUNTS)).fetchall())

    async def keep(answer: Answer) -> None:
        asked = answer.params.get("target") or answer.params.get("account") or root
        entry = _entry(answer, accounts.get(asked, accounts["platform"]))
        async with borrowed(pool) as db:
            await append(db, [entry])

    results = await Check(client, root, started_at, keep).run()
    ended_at, verdict = clock.now(), verdict_of(results)
    rows = orjson.dumps([result.as_row() for result in results]).decode()
    async with borrowed(pool) as db:
        row = await (await db.execute(KEEP, (started_at, ended_at, verdict, rows))).fetchone()
    assert row is not None
    return ContractRun(row[0], started_at, ended_at, verdict, results)


def as_job(pool: AsyncConnectionPool[Connection], client: JimiClient, root: str) -> Callable[[], Awaitable[int]]:
    """The check as cron runs it: gives the rows that were judged.

    Drift is told in the log and kept, it is no failure of the job. Errors: UpstreamError when the cloud is away.
    """

    async def work() -> int:
        run = await run_check(pool, client, root)
        for result in run.results:
            if result.verdict == "drift":
                log.warning("contract_drift", method=result.method, fields=[one.field for one in result.differences])
        if run.verdict == "unreachable":
            raise UpstreamError("The vendor did not answer all that the contract check asked.")
        return sum(result.rows for result in run.results)

    return work


async def check_once(settings: CronSettings) -> ContractRun:
    """A check with connections of its own. Errors: SettingMissing, DatabaseUnavailable."""
    account = account_of(settings)
    if account is None:
        raise SettingMissing("Set JIMI_API_URL, JIMI_APP_KEY, JIMI_APP_SECRET, JIMI_USER_ID and JIMI_USER_PWD_MD5.")
    pool = make_pool(settings.database_cron_url.get_secret_value(), "fleet-contract-check", 2)
    await pool.open(wait=False)
    try:
        async with httpx.AsyncClient() as http:
            return await run_check(pool, client_of(account, settings, pool, http), account.user_id)
    finally:
        await pool.close()


def _entry(answer: Answer, account_id: int) -> Entry:
    """An answer as any poll's, but of no run: nothing may be concluded from what it does not name."""
    meta = {
        "params": answer.params,
        "requested_at": answer.requested_at,
        "http_status": answer.http_status,
        "why": "contract-check",
    }
    return Entry("jimi.poll", account_id, answer.method, answer.content_type[:200], answer.body,
                 orjson.dumps(meta).decode(), "jimi-client")  # fmt: skip
