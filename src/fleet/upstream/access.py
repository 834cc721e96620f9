"""A client by the settings. Every process that makes one shares the token of the database."""

import httpx
from psycopg_pool import AsyncConnectionPool

from fleet.config import CronSettings
from fleet.db import Connection
from fleet.jimi.client import JimiClient
from fleet.jimi.limiter import Pace
from fleet.jimi.transport import JimiAccount
from fleet.upstream.token_store import DatabaseTokenStore


def account_of(settings: CronSettings) -> JimiAccount | None:
    """The account in whose name is called; None when its keys are not all set."""
    given = (
        settings.jimi_api_url,
        settings.jimi_app_key,
        settings.jimi_app_secret and settings.jimi_app_secret.get_secret_value(),
        settings.jimi_user_id,
        settings.jimi_user_pwd_md5 and settings.jimi_user_pwd_md5.get_secret_value(),
    )
    known = [value for value in given if value]
    return JimiAccount(*known) if len(known) == len(given) else None


def client_of(
    account: JimiAccount, settings: CronSettings, pool: AsyncConnectionPool[Connection], http: httpx.AsyncClient
) -> JimiClient:
    """A client of that account at the pace of the settings."""
    secrets_key = settings.secrets_key.get_secret_value()
    store = DatabaseTokenStore(pool, secrets_key, account.app_key, account.user_id)
    pace = Pace(
        settings.jimi_calls_per_s,
        settings.jimi_burst_calls,
        settings.jimi_fast_calls_at_once,
        settings.jimi_address_limit_pause_s,
        settings.jimi_day_limit_pause_s,
    )
    return JimiClient(account, http, store, pace)
