"""The polling methods as data: what each is asked with and how much it answers at most. Pure.

A `Question` is a method put for some devices and a span of time, within the method's limits; `questions`
cuts what is wanted into such questions, and `Question.halves` cuts one whose answer was full.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
SHORTEST_SPAN = timedelta(minutes=1)
DAY = timedelta(days=1)
FAST_WITHIN_S, SLOW_WITHIN_S = 30.0, 180.0


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the vendor's and its limits.

    `most_rows`: an answer with so many rows, over all its pages, may have left some out.
    `page_rows`: rows of a page; 0 where the method has no pages (or none that could be relied on).
    """

    name: str
    slow: bool = False
    devices: str = ""
    most_devices: int = 50
    begin: str = ""
    end: str = ""
    longest_span: timedelta = DAY
    oldest: timedelta = timedelta(days=365)
    most_rows: int = 0
    page_rows: int = 0

    @property
    def answers_within_s(self) -> float:
        """How long an answer may take; a track of one device has taken more than two minutes."""
        return SLOW_WITHIN_S if self.slow else FAST_WITHIN_S


TOKEN_GET = Method("jimi.oauth.token.get")
TOKEN_REFRESH = Method("jimi.oauth.token.refresh")
CHILD_LIST = Method("jimi.user.child.list")
DEVICE_LIST = Method("jimi.user.device.list")
LOCATION_LIST = Method("jimi.user.device.location.list")
LOCATION_GET = Method("jimi.device.location.get", devices="imeis")
DEVICE_DETAIL = Method("jimi.track.device.detail", devices="imei", most_devices=1)
TRACK_LIST = Method(
    "jimi.device.track.list",
    slow=True,
    devices="imei",
    most_devices=1,
    begin="begin_time",
    end="end_time",
    longest_span=timedelta(days=7),
    oldest=timedelta(days=89),
)
TRIPS = Method(
    "jimi.device.track.mileage",
    slow=True,
    devices="imeis",
    begin="begin_time",
    end="end_time",
    most_rows=100,
)
PARKING = Method(
    "jimi.open.platform.report.parking",
    slow=True,
    devices="imeis",
    begin="start_time",
    end="end_time",
    most_rows=100,
)
ALARM_LIST = Method(
    "jimi.device.alarm.list",
    devices="imeis",
    begin="begin_time",
    end="end_time",
    oldest=timedelta(days=30),
    most_rows=1000,
    page_rows=100,
)


@dataclass(frozen=True, slots=True)
class Question:
    """A method put once: its devices and span are within the method's limits."""

    method: Method
    imeis: tuple[str, ...] = ()
    begin: datetime | None = None
    end: datetime | None = None
    fixed: tuple[tuple[str, str], ...] = ()

    def params(self, page: int) -> dict[str, str]:
        """The parameters that the vendor gets, but for those that every call carries. `page` counts from 1."""
        method = self.method
        made = dict(self.fixed)
        if method.devices:
            made[method.devices] = ",".join(self.imeis)
        if self.begin and self.end:
            made |= {method.begin: f"{self.begin:{TIME_FORMAT}}", method.end: f"{self.end:{TIME_FORMAT}}"}
        if method.page_rows:
            made |= {"page_no": str(page), "page_size": str(method.page_rows)}
        return made

    def by_devices(self) -> tuple["Question", ...]:
        """The same of each half of the devices; nothing when there is but one."""
        middle = len(self.imeis) // 2
        halves = (self.imeis[:middle], self.imeis[middle:])
        return tuple(replace(self, imeis=half) for half in halves) if middle else ()

    def halves(self) -> tuple["Question", ...]:
        """Two questions that ask for the same together, with fewer devices or else less time; () when it is as
        small as it gets."""
        if split := self.by_devices():
            return split
        if self.begin is None or self.end is None or self.end - self.begin < 2 * SHORTEST_SPAN:
            return ()
        middle = (self.begin + (self.end - self.begin) / 2).replace(microsecond=0)
        return (replace(self, end=middle), replace(self, begin=middle))


def questions(
    method: Method,
    imeis: Sequence[str] = (),
    span: tuple[datetime, datetime] | None = None,
    fixed: Mapping[str, str] | None = None,
) -> Iterator[Question]:
    """The questions that ask a method for devices and a span of any size, oldest first."""
    for begin, end in _spans(span, method.longest_span) if span else [(None, None)]:
        for batch in _batches(imeis, method.most_devices) if method.devices else [()]:
            yield Question(method, tuple(batch), begin, end, tuple((fixed or {}).items()))


def _batches(imeis: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    return (imeis[first : first + most] for first in range(0, len(imeis), most))


def _spans(span: tuple[datetime, datetime], longest: timedelta) -> Iterator[tuple[datetime, datetime]]:
    begin, end = span
    while begin < end:
        until = min(begin + longest, end)
        yield begin, until
        begin = until
