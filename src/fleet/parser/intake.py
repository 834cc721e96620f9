"""What every kind needs to judge an item of one raw row: its time guard and its request."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fleet.model import Fact, Raw
from fleet.parser.coercion import read_imei, read_instant
from fleet.parser.refusal import Rejected

Item = dict[str, Any]
"""One object of a body, blanks dropped; facts that its reader yields before a refusal stand."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The time guard's bounds: a time lies in [min_device_time, received_at + max_device_ahead]; a device's time is at
    most max_device_age before received_at (None: however old)."""

    min_device_time: datetime
    max_device_ahead: timedelta
    max_device_age: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """One raw row's request and its window of believable times, judged by when *we* received it. Of device times before
    kept_from no table keeps anything."""

    received_at: datetime
    earliest: datetime
    kept_from: datetime
    latest: datetime
    meta: dict[str, Any]

    @classmethod
    def of(cls, raw: Raw, limits: Limits) -> "Intake":
        """The intake of `raw` under `limits`."""
        earliest, latest = limits.min_device_time, raw.received_at + limits.max_device_ahead
        kept_from = raw.received_at - limits.max_device_age if limits.max_device_age else earliest
        return cls(raw.received_at, earliest, kept_from, latest, raw.request_meta)

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the poll that brought the row."""
        params = self.meta.get("params")
        return params if isinstance(params, dict) else {}

    @property
    def asked_imei(self) -> str | None:
        """The one device that the poll asked for."""
        try:
            return read_imei(self.params.get("imei", ""))
        except ValueError:
            return None

    def believable(self, moment: datetime | None) -> datetime | None:
        """The time, if it lies in the guard's window."""
        return moment if moment is not None and self.earliest <= moment <= self.latest else None

    def kept(self, moment: datetime | None) -> datetime | None:
        """A device's time, if it can be believed and what is of then is kept."""
        believed = self.believable(moment)
        return believed if believed and believed >= self.kept_from else None

    def stated_time(self, moment: datetime | None) -> datetime:
        """The time of an item, which must be there and believable."""
        if moment is None:
            raise Rejected("missing_time", "the item carries no time")
        if not self.earliest <= moment <= self.latest:
            raise Rejected("implausible_time", f"{moment.isoformat()} against {self.received_at.isoformat()}")
        return moment

    def device_time(self, moment: datetime | None) -> datetime:
        """The time of what a device told; what is of then must be kept besides."""
        told = self.stated_time(moment)
        if told < self.kept_from:
            raise Rejected("beyond_retention", f"{told.isoformat()} against {self.received_at.isoformat()}")
        return told

    def period(self, started_at: datetime | None, ended_at: datetime | None) -> tuple[datetime, datetime | None]:
        """The two ends of something that lasts; one that still goes on has no second."""
        start = self.device_time(started_at)
        end = self.device_time(ended_at) if ended_at else None
        if end and end < start:
            raise Rejected("implausible_time", f"it ends at {end.isoformat()}, before it starts")
        return start, end

    def asked_at(self, key: str) -> datetime:
        """The instant that the request's meta states under `key`; when we received it, if it states none."""
        try:
            stated = read_instant(self.meta.get(key, ""))
        except ValueError:
            stated = None
        return self.believable(stated) or self.received_at


Reader = Callable[[int, Item, Intake], Iterator[Fact]]


def known_imei(imei: str | None, detail: str = "the item names no device") -> str:
    """The item's device, which must be there."""
    if imei is None:
        raise Rejected("missing_imei", detail)
    return imei


def filled(item: Mapping[str, Any]) -> Item:
    """The item without the members that the upstream left blank."""
    return {name: value for name, value in item.items() if value is not None and value != ""}


def present(**values: object) -> dict[str, Any]:
    """A fact's data: what has no value has no key."""
    return {name: value for name, value in values.items() if value is not None}
