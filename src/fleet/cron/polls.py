"""Polls: ask the upstream for one account, append the answer verbatim. Writes events.raw.

What the answer means is the parser's business; here only whether it was a success is noted.
"""

import uuid
from dataclasses import dataclass

import orjson

from fleet.errors import UpstreamError
from fleet.jimi.client import SUCCESS, Answer, JimiClient
from fleet.log.append import Entry, GroupCommit

LIVE_POSITIONS = "jimi.user.device.location.list"
DEVICE_LIST = "jimi.user.device.list"


@dataclass(frozen=True, slots=True)
class PolledAccount:
    """An account whose listings are asked for; `code` is its name upstream."""

    account_id: int
    code: str


async def poll_listing(client: JimiClient, raw_log: GroupCommit, method: str, account: PolledAccount) -> int:
    """Ask for a listing of an account and append it. Returns the bytes received.

    Errors: UpstreamError for no answer or one that is no success (appended all the same); DatabaseUnavailable.
    """
    answer = await client.call(method, {"target": account.code})
    await raw_log.append(_entry(answer, account))
    if answer.code != SUCCESS:
        raise UpstreamError(f"{method} of {account.code}: code {answer.code}, HTTP {answer.http_status}.")
    return len(answer.body)


def _entry(answer: Answer, account: PolledAccount) -> Entry:
    meta = {
        "params": answer.params,
        "requested_at": answer.requested_at,
        "run_id": str(uuid.uuid4()),
        "account": account.code,
        "http_status": answer.http_status,
    }
    return Entry(
        source="jimi.poll",
        account_id=account.account_id,
        topic=answer.method,
        content_type=answer.content_type[:200],
        body=answer.body,
        meta=orjson.dumps(meta).decode(),
        verified_by="jimi-client",
    )
