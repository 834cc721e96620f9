"""HR's roster, fetched from where HR keeps it, into the log like a pushed one. Writes events.raw."""

import asyncio
import hashlib

import httpx
import orjson

from fleet import clock
from fleet.config import CronSettings
from fleet.cron.jobs import Work
from fleet.errors import FleetError
from fleet.log.append import Entry, GroupCommit

ANSWERS_WITHIN_S = 60.0
MOST_BYTES = 8_000_000


class RosterUnavailable(FleetError):
    """HR's source did not give its roster."""


def roster_job(settings: CronSettings, http: httpx.AsyncClient, raw_log: GroupCommit, account_id: int) -> Work:
    """A job that fetches HR_ROSTER_URL and appends the answer as it is, unless it is what came last.

    Gives the bytes appended. Errors of the job: RosterUnavailable, and then nothing is appended; DatabaseUnavailable.
    """
    url, token = settings.hr_roster_url, settings.hr_roster_token
    headers = {"accept": "application/json"} | (
        {"authorization": f"Bearer {token.get_secret_value()}"} if token else {}
    )

    appended = b""

    async def work() -> int:
        nonlocal appended
        asked_at = clock.now()
        try:
            async with asyncio.timeout(ANSWERS_WITHIN_S):
                status, content_type, body = await _fetched(http, str(url), headers)
        except (httpx.HTTPError, TimeoutError) as failed:
            raise RosterUnavailable(f"HR's source did not answer: {type(failed).__name__}.") from failed
        if status != httpx.codes.OK:
            raise RosterUnavailable(f"HR's source answered HTTP {status}: check HR_ROSTER_URL and HR_ROSTER_TOKEN.")
        digest = hashlib.sha256(body).digest()
        if digest == appended:
            return 0
        meta = orjson.dumps({"requested_at": asked_at, "http_status": status}).decode()
        await raw_log.append(Entry("hr", account_id, "hr", content_type[:200], body, meta, "hr-source"))
        appended = digest
        return len(body)

    return work


async def _fetched(http: httpx.AsyncClient, url: str, headers: dict[str, str]) -> tuple[int, str, bytes]:
    """Status, content type and body. Errors: RosterUnavailable for a body beyond all measure."""
    async with http.stream("GET", url, headers=headers, timeout=ANSWERS_WITHIN_S) as answer:
        body = bytearray()
        async for piece in answer.aiter_bytes():
            body += piece
            if len(body) > MOST_BYTES:
                raise RosterUnavailable(f"HR's roster exceeds {MOST_BYTES} bytes.")
        return answer.status_code, answer.headers.get("content-type", ""), bytes(body)
