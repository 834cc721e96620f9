"""The completeness ledger of a day (EAT): read from the log, kept in drift.completeness, held against the sandbox."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import httpx
import orjson
import psycopg

from fleet import clock
from fleet.completeness.kinds import SANDBOX_KINDS
from fleet.completeness.tally import Count, Outcome, Tally
from fleet.errors import FleetError
from fleet.migrate import connect
from fleet.model import Raw

FETCH_ROWS: Final = 500
SANDBOX_WITHIN_S: Final = 30.0

ROWS: Final = """
    select raw.id, raw.received_at, raw.source, raw.topic, raw.content_type, raw.body, raw.request_meta,
           raw.id > (select handed_out from events.frontiers where stage = 'parse')
           or exists (select from events.claims where stage = 'parse' and raw.id > after_id and raw.id <= up_to_id),
           coalesce(outcome.parsed, '{}'), coalesce(outcome.rejected, '{}')
    from events.raw left join drift.outcomes(%(from_at)s, %(to_at)s) outcome on outcome.raw_id = raw.id
    where raw.received_at >= %(from_at)s and raw.received_at < %(to_at)s
    order by raw.id"""
KEEP: Final = """
    insert into drift.completeness (day, imei, kind, transport, received, repeated, parsed, rejected, without_facts,
                                    pending, counted_at)
    select %s, imei, kind, transport, received, repeated, parsed, rejected, without_facts, pending, now()
    from jsonb_populate_recordset(null::drift.completeness, %s::jsonb)"""
PLATES: Final = """
    select distinct on (imei) imei, (vehicle.plate).value
    from domain.device_assignments join domain.vehicles vehicle using (vehicle_id)
    where valid_from < %s order by imei, valid_from desc"""


class SandboxAway(FleetError):
    """The sandbox does not answer on its side door."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A day's counts by imei, kind and transport; the plate that each device was on at its end."""

    day: date
    counts: list[Count]
    plates: dict[str, str]
    stray: list[int]


@dataclass(frozen=True, slots=True)
class Difference:
    """What the sandbox says it sent against what was received."""

    imei: str
    kind: str
    transport: str
    sent: int
    received: int


def bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of an East African day, and the first after it."""
    start = datetime.combine(day, time(), clock.EAT)
    return start, start + timedelta(days=1)


def make_ledger(owner_url: str, day: date) -> Ledger:
    """Count a day, and keep the counts. Errors: DatabaseUnavailable."""
    from_at, to_at = bounds(day)
    tally = Tally()
    with connect(owner_url) as owner, owner.transaction():
        owner.execute("set transaction isolation level repeatable read")
        with psycopg.ServerCursor(owner, "ledger") as rows:
            rows.itersize = FETCH_ROWS
            for row in rows.execute(ROWS, {"from_at": from_at, "to_at": to_at}, binary=True):
                tally.add(Raw(*row[:7]), Outcome(bool(row[7]), set(row[8]), set(row[9])))  # type: ignore[arg-type, call-overload]
        counts = sorted(tally.counts.values(), key=lambda count: (count.imei, count.kind, count.transport))
        owner.execute("delete from drift.completeness where day = %s", (day,))
        owner.execute(KEEP, (day, orjson.dumps([count.as_row() for count in counts]).decode()))
        plates = {str(imei): str(plate) for imei, plate in owner.execute(PLATES, (to_at,)).fetchall()}
    return Ledger(day, counts, plates, tally.stray)


def against_sandbox(ledger: Ledger, url: str) -> list[Difference]:
    """Where the sandbox's own count of that day is another. Errors: SandboxAway."""
    from_at, to_at = bounds(ledger.day)
    span = {"from": from_at.isoformat(), "to": to_at.isoformat()}
    try:
        answer = httpx.get(f"{url.rstrip('/')}/control/sent", params=span, timeout=SANDBOX_WITHIN_S)
        by_imei = answer.raise_for_status().json()["by_imei"]
    except (httpx.HTTPError, ValueError, KeyError) as away:
        raise SandboxAway(f"The sandbox at {url} does not tell what it sent: {type(away).__name__}.") from away
    return differences(ledger.counts, by_imei)


def differences(counts: list[Count], sent_by_imei: dict[str, Any]) -> list[Difference]:
    """Received, each body once, against sent; items that name no device are nobody's."""
    sent: dict[tuple[str, str, str], int] = {}
    for imei, kinds in sent_by_imei.items():
        for kind, transports in kinds.items():
            for transport, number in transports.items():
                key = (imei, SANDBOX_KINDS.get(kind, kind), transport)
                sent[key] = sent.get(key, 0) + number
    received = {
        (count.imei, count.kind, count.transport): count.sent
        for count in counts
        if count.imei and count.transport in ("push", "poll")
    }
    return [
        Difference(*key, sent=sent.get(key, 0), received=received.get(key, 0))
        for key in sorted(sent.keys() | received.keys())
        if sent.get(key, 0) != received.get(key, 0)
    ]
