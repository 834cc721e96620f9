"""Vehicles that a listing leaves out, against the whole runs of that account before. Pure."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

from fleet.drift.finding import Cause, Finding, Report
from fleet.drift.paths import Row
from fleet.parser.coercion import read_text

RUNS_MISSED: Final = {"jimi.user.device.list": 1, "jimi.user.device.location.list": 2}
"""The listings, and in how many whole runs on end a device must be missing: places come and go for a moment."""
NAMED: Final = 5

ListingKey = tuple[str, int, str]


@dataclass(slots=True)
class Listing:
    """Who is expected in a listing of one account, and how many runs on end each absent one has missed."""

    topic: str
    account_id: int
    target: str
    raw_id: int
    seen_at: datetime
    expected: list[str] = field(default_factory=list)
    missed: dict[str, int] = field(default_factory=dict)

    def as_row(self) -> dict[str, Any]:
        """The row of drift.listings."""
        return asdict(self)


def judge_listing(known: dict[ListingKey, Listing], row: Row, items: list[dict[str, Any]], report: Report) -> None:
    """Hold one whole answer against who is expected."""
    target = read_text(row.params.get("target"))
    if row.topic not in RUNS_MISSED or target is None:
        return
    key = (row.topic, row.account_id, target)
    listing = known.setdefault(key, Listing(*key, raw_id=row.id, seen_at=row.received_at))
    cause: Cause = ("omitted_vehicles", row.source, row.topic, "imei", target)
    if report.accepted(cause):
        listing.expected, listing.missed = [], {}
        report.over(cause)
    present = {imei for item in items if (imei := read_text(item.get("imei")))}
    absent = set(listing.expected) - present
    listing.expected = sorted(present | absent)
    listing.missed = {imei: listing.missed.get(imei, 0) + 1 for imei in sorted(absent)}
    listing.raw_id, listing.seen_at = row.id, row.received_at
    omitted = [imei for imei, runs in listing.missed.items() if runs >= RUNS_MISSED[row.topic]]
    if omitted:
        sentence = _sentence(listing, omitted)
        at = row.received_at
        report.found(Finding("omitted_vehicles", row.source, row.topic, "imei", target, sentence, [row.id], at, at))
    elif not absent:
        report.over(cause)


def _sentence(listing: Listing, omitted: list[str]) -> str:
    more = f" and {len(omitted) - NAMED} more" if len(omitted) > NAMED else ""
    return (
        f"{listing.topic} of {listing.target} leaves out {len(omitted)} of {len(listing.expected)} devices: "
        f"{', '.join(omitted[:NAMED])}{more}."
    )
