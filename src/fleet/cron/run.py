"""One run of a poll: any number of questions under one run_id, every answer in the log before it is judged.

Writes events.raw. Answers that leave rows out are asked again in halves; devices that the vendor does not
answer for are found the same way and left out.
"""

import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import orjson

from fleet.cron.jobs import CannotBegin
from fleet.cron.memory import PolledAccount, PollMemory
from fleet.jimi.answers import ABOUT_DEVICES, ABOUT_EVERYTHING, Answer, UpstreamOverburdened, UpstreamRefused
from fleet.jimi.client import JimiClient
from fleet.jimi.methods import Method, Question
from fleet.log.append import Entry, GroupCommit
from fleet.observe import log

ASK_REFUSED_AGAIN_S = 6 * 3600.0


@dataclass(slots=True)
class Desk:
    """What all polls of the process work with, and what they tell each other."""

    client: JimiClient
    log: GroupCommit
    memory: PollMemory
    root: str
    """The account in whose name is polled: where the walk of the account tree begins."""
    gap_limit: timedelta = timedelta(days=7)
    """A gap is filled so far back."""
    detail_age: timedelta = timedelta(days=1)
    """A device's detail is asked for again when it is so old."""
    track_again_age: timedelta = timedelta(days=1)
    """So much of a device's track is asked for again at a time."""
    heard: dict[str, frozenset[str]] = field(default_factory=dict)
    """Devices in the last good listing of live positions, by account code."""
    resting: dict[tuple[str, str], float] = field(default_factory=dict)
    """(method, IMEI) that the vendor would not answer, and until when (monotonic) it is not asked again."""

    async def devices(self, account: PolledAccount) -> list[str]:
        """IMEIs of an account's devices that are expected to report. Errors: CannotBegin while there are none."""
        imeis = await self.memory.devices(account)
        if not imeis:
            raise CannotBegin("No device of the account is known yet.")
        return imeis

    def awake(self, method: Method, imeis: Iterable[str]) -> list[str]:
        """Those of the devices that a method may be asked about."""
        now_s = time.monotonic()
        return [imei for imei in imeis if self.resting.get((method.name, imei), 0.0) <= now_s]

    def let_rest(self, method: Method, imeis: Iterable[str], seconds: float = ASK_REFUSED_AGAIN_S) -> None:
        """Leave devices alone for a while: the vendor would not answer for them."""
        until_s = time.monotonic() + seconds
        self.resting |= {(method.name, imei): until_s for imei in imeis}


class Run:
    """The answers of one run. `targets`: all the accounts that the run asks, when only the whole of it can be
    judged; so a reader knows which answers must be there."""

    def __init__(self, desk: Desk, targets: Sequence[PolledAccount] = ()) -> None:
        self._desk = desk
        self._about: dict[str, Any] = {"run_id": str(uuid.uuid4())}
        if targets:
            self._about["targets"] = sorted(account.code for account in targets)
        self.rows = 0
        self.refused: dict[str, UpstreamRefused] = {}
        """Devices that the vendor would not answer for; the run leaves them out from then on."""

    async def ask(self, method: Method, account: PolledAccount, params: dict[str, str]) -> Answer:
        """One answer, in the log. Errors: UpstreamError (an answer that is no success is in the log all the
        same), DatabaseUnavailable."""

        async def keep(answer: Answer) -> None:
            await self._desk.log.append(self._entry(answer, account))

        answer = await self._desk.client.call(method, params, keep)
        if not answer.succeeded:
            raise answer.refusal()
        self.rows += len(answer.rows)
        return answer

    async def ask_whole(self, question: Question, account: PolledAccount) -> None:
        """All that a question asks for, in as many calls as it takes."""
        question = replace(question, imeis=tuple(imei for imei in question.imeis if imei not in self.refused))
        if question.method.devices and not question.imeis:
            return
        try:
            smaller = question.halves() if await self._is_cut_off(question, account) else ()
        except UpstreamRefused as refused:
            smaller = self._around(refused, question)
        except UpstreamOverburdened:
            smaller = question.halves()
            if not smaller:
                raise
        for part in smaller:
            await self.ask_whole(part, account)

    async def _is_cut_off(self, question: Question, account: PolledAccount) -> bool:
        """Ask page by page to the end; has the vendor left rows out?"""
        method = question.method
        seen: set[bytes] = set()
        page, held, declared = 0, 0, 0
        while True:
            page += 1
            answer = await self.ask(method, account, question.params(page))
            declared = max(declared, answer.declared_rows)
            seen.update(orjson.dumps(row, option=orjson.OPT_SORT_KEYS) for row in answer.rows)
            if len(seen) == held or len(answer.rows) < method.page_rows or not method.page_rows:
                break
            held = len(seen)
        cut_off = len(seen) < declared or 0 < method.most_rows <= len(seen)
        if cut_off and not question.halves():
            log.warning("answer_cut_off", method=method.name, account=account.code, imei=question.imeis[0])
        return cut_off

    def _around(self, refused: UpstreamRefused, question: Question) -> tuple[Question, ...]:
        """Halves in which the device is looked for that the vendor does not know; once found it is left out."""
        alone = question.method.most_devices == 1 and refused.code not in ABOUT_EVERYTHING
        if refused.code not in ABOUT_DEVICES and not alone:
            raise refused
        if len(question.imeis) == 1:
            self.refused[question.imeis[0]] = refused
        return question.by_devices()

    def check_anybody(self, imeis: Sequence[str]) -> None:
        """Errors: the last refusal, when the vendor answered for none of the devices: it is not them."""
        if imeis and all(imei in self.refused for imei in imeis):
            raise self.refused[imeis[-1]]

    def _entry(self, answer: Answer, account: PolledAccount) -> Entry:
        meta = {
            "params": answer.params,
            "requested_at": answer.requested_at,
            "account": account.code,
            "http_status": answer.http_status,
            **self._about,
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
