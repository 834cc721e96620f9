"""What raw rows came to, as the JSON arrays that events.finish_claim takes. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from fleet.model import Parsed


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one raw row came to."""

    raw_id: int
    parsed: Parsed


def fact_rows(outcomes: Iterable[Outcome]) -> str:
    """`[[raw_id, item, kind, imei, occurred_at, data], …]`."""
    rows = [
        (outcome.raw_id, fact.item, fact.kind, fact.imei, fact.occurred_at, fact.data)
        for outcome in outcomes
        for fact in outcome.parsed.facts
    ]
    return orjson.dumps(rows).decode()


def rejection_rows(outcomes: Iterable[Outcome]) -> str:
    """`[[raw_id, item, reason, detail], …]`."""
    rows = [
        (outcome.raw_id, rejection.item, rejection.reason, rejection.detail)
        for outcome in outcomes
        for rejection in outcome.parsed.rejections
    ]
    return orjson.dumps(rows).decode()
