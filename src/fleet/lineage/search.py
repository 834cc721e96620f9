"""What to look for, and the statements that find it: shared by the command line and the API."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from fleet.clock import EAT
from fleet.errors import FleetError

FOUND: Final = "select serve.fn_events_of(%s, %s, %s, coalesce(%s, timestamptz '-infinity'), %s, %s)"
BESIDE: Final = "select serve.fn_events_beside(%s, %s, %s)"
BYTES: Final = "select * from auth.read_raw(%s, %s, %s)"
WHOLE_BODY: Final = 2**30
MOST_WITHIN: Final = timedelta(days=1)


class NotAnInstant(FleetError):
    """A time that cannot be read."""


@dataclass(frozen=True, slots=True)
class Search:
    """A device, an instant, and how far from it on either side."""

    imei: str
    at: datetime
    within: timedelta

    @property
    def since(self) -> datetime:
        """The first instant that counts."""
        return self.at - self.within

    @property
    def until(self) -> datetime:
        """The first instant that does not count any more."""
        return self.at + self.within + timedelta(microseconds=1)

    def as_document(self) -> dict[str, Any]:
        """As JSON."""
        return {"imei": self.imei, "at": self.at, "within_s": self.within.total_seconds()}

    def page(self, after_at: datetime | None, after_raw: int, page_size: int) -> tuple[Any, ...]:
        """The arguments of FOUND."""
        return self.imei, self.since, self.until, after_at, after_raw, page_size

    @property
    def gap(self) -> tuple[Any, ...]:
        """The arguments of BESIDE."""
        return self.imei, self.since, self.until


def read_instant(text: str) -> datetime:
    """An ISO time; without a zone it is East African. Errors: NotAnInstant."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=EAT)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotAnInstant(f"{text}: not a time. Write 2026-11-20T08:30 (East Africa) or 2026-11-20T05:30Z.") from None


def following(last: dict[str, Any]) -> str:
    """Where the page after a row begins; read_place reads it."""
    return f"{datetime.fromisoformat(last['received_at']).astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}_{last['raw_id']}"


def read_place(after: str) -> tuple[datetime, int]:
    """What `following` gave. Errors: ValueError."""
    at, raw_id = after.split("_")
    moment, number = datetime.fromisoformat(at), int(raw_id)
    if moment.tzinfo is None or not 0 <= number < 2**63:
        raise ValueError("not a place")
    return moment, number


def nothing_found(search: Search, beside: dict[str, Any]) -> str:
    """A sentence: what was looked for, and what is nearest to it."""
    sentence = (
        f"{search.imei} said nothing between {stated(search.since)} and {stated(search.at + search.within)}, "
        "by its clock or by ours."
    )
    for place, word in (("before", "before that"), ("after", "after it")):
        fact = beside[place]
        sentence += f" Nearest {word}: {_fact(fact) if fact else 'nothing'}."
    return sentence


def stated(moment: datetime) -> str:
    """As people read it, with its zone."""
    return f"{moment.astimezone(EAT):%Y-%m-%d %H:%M:%S} EAT"


def _fact(fact: dict[str, Any]) -> str:
    at, received_at = (datetime.fromisoformat(fact[name]) for name in ("occurred_at", "received_at"))
    return f"{fact['kind']} of {stated(at)}, received {stated(received_at)} in raw {fact['raw_id']}"
