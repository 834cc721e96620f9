"""Asks every polling method once, about an account and a few of its devices, and judges the answers."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from fleet.drift.contract.judge import Difference, Result, judge
from fleet.errors import UpstreamError
from fleet.jimi import methods
from fleet.jimi.answers import Answer
from fleet.jimi.client import JimiClient, Keep
from fleet.jimi.methods import TIME_FORMAT, Method

REPORT_TRIPS: Final = Method("jimi.open.platform.report.trips", slow=True)
OBD_LIST: Final = Method("jimi.device.obd.list", slow=True)
OBD_FAULT: Final = Method("jimi.device.obd.fault", slow=True)
CARDS: Final = Method("jimi.open.device.rfid.list", slow=True)

MOST_ACCOUNTS: Final = 4
MOST_DEVICES: Final = 10
LOOK_BACK: Final = timedelta(hours=20)
SHORT_LOOK_BACK: Final = timedelta(hours=2)
WEEK: Final = timedelta(days=7)
"""What is rare is looked for over a longer time."""

Params = dict[str, str]
RunVerdict = Literal["as_agreed", "drift", "unreachable"]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked about: an account, devices of it, and the present."""

    account: str
    imeis: list[str]
    now: datetime

    def of_devices(self) -> Params:
        """The devices, as most methods want them."""
        return {"imeis": ",".join(self.imeis)}

    def span(self, begin: str, end: str, back: timedelta = LOOK_BACK) -> Params:
        """The recent past under a method's own names."""
        first, last = self.now - back, self.now - timedelta(minutes=1)
        return {begin: f"{first:{TIME_FORMAT}}", end: f"{last:{TIME_FORMAT}}"}


PAGE: Final[Params] = {"start_row": "0", "page_size": "100"}
NUMBERED_PAGE: Final[Params] = {"page_no": "1", "page_size": "100"}
# What each method is asked about devices that report.
QUESTIONS: Final[tuple[tuple[Method, Callable[[Subject], Params]], ...]] = (
    (methods.LOCATION_GET, lambda s: s.of_devices()),
    (methods.DEVICE_DETAIL, lambda s: {"imei": s.imeis[0]}),
    (methods.TRACK_LIST, lambda s: {"imei": s.imeis[0], **s.span("begin_time", "end_time", SHORT_LOOK_BACK)}),
    (methods.TRIPS, lambda s: {**s.of_devices(), **s.span("begin_time", "end_time")}),
    (methods.ALARM_LIST, lambda s: {**s.of_devices(), **s.span("begin_time", "end_time"), **NUMBERED_PAGE}),
    (
        methods.PARKING,
        lambda s: {
            "account": s.account, "acc_type": "off", **s.of_devices(), **s.span("start_time", "end_time"), **PAGE
        },
    ),
    (
        REPORT_TRIPS,
        lambda s: {"account": s.account, "type": "list", **s.of_devices(), **s.span("start_time", "end_time"), **PAGE},
    ),
    (OBD_LIST, lambda s: _of_account(s) | NUMBERED_PAGE),
    (OBD_FAULT, lambda s: _of_account(s) | NUMBERED_PAGE),
    (
        CARDS,
        lambda s: {
            "account": s.account, **s.of_devices(), **s.span("begin_time", "end_time", WEEK), **NUMBERED_PAGE
        },
    ),
)  # fmt: skip


def _of_account(subject: Subject) -> Params:
    return {"account": subject.account, **subject.of_devices(), **subject.span("start_time", "end_time")}


@dataclass(slots=True)
class Check:
    """One check under way. `keep` puts every answer in the log, like that of any poll."""

    client: JimiClient
    root: str
    now: datetime
    keep: Keep
    results: dict[str, Result] = field(default_factory=dict)

    async def run(self) -> list[Result]:
        """The results, method by method. An upstream that is away is a result too."""
        subject = await self._subject()
        for method, params in QUESTIONS:
            if subject is None:
                self.results[method.name] = Result(method.name, "not_asked")
            else:
                await self._ask(method, params(subject))
        return list(self.results.values())

    async def _subject(self) -> Subject | None:
        """The first account with devices that report, found with the listings, which are judged on the way."""
        async for account in self._accounts():
            await self._ask(methods.DEVICE_LIST, {"target": account})
            answer = await self._ask(methods.LOCATION_LIST, {"target": account})
            imeis = [str(row["imei"]) for row in _rows(answer) if row.get("imei") and row.get("gpsTime")]
            if imeis:
                return Subject(account, sorted(imeis)[:MOST_DEVICES], self.now)
        return None

    async def _accounts(self) -> AsyncIterator[str]:
        """The account itself, then its children."""
        answer = await self._ask(methods.CHILD_LIST, {"target": self.root})
        children = [str(row["account"]) for row in _rows(answer) if row.get("account")]
        for account in [self.root, *children][:MOST_ACCOUNTS]:
            yield account

    async def _ask(self, method: Method, params: Params) -> Answer | None:
        try:
            answer = await self.client.call(method, params, self.keep)
        except UpstreamError as away:
            difference = Difference("", "no answer", "an answer", str(away))
            self._enter(Result(method.name, "unreachable", 0, (difference,)))
            return None
        self._enter(judge(answer))
        return answer

    def _enter(self, result: Result) -> None:
        """Of several answers to a method what was wrong with any of them counts."""
        known = self.results.get(result.method)
        if known is None:
            self.results[result.method] = result
            return
        worst = max(known, result, key=lambda each: ("as_agreed", "unreachable", "drift").index(each.verdict))
        every = tuple(dict.fromkeys(known.differences + result.differences))
        self.results[result.method] = Result(result.method, worst.verdict, known.rows + result.rows, every)


def verdict_of(results: list[Result]) -> RunVerdict:
    """The run as a whole: drift counts over an upstream that was away for a moment."""
    verdicts = {result.verdict for result in results}
    if "drift" in verdicts:
        return "drift"
    return "unreachable" if "unreachable" in verdicts else "as_agreed"


def _rows(answer: Answer | None) -> Iterator[dict[str, Any]]:
    if answer is not None and answer.succeeded:
        yield from (row for row in answer.rows if isinstance(row, dict))
