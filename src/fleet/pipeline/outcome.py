"""What raw rows came to, as the JSON arrays that events.finish_claim takes. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson

from fleet.model import Parsed, Rejection


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one raw row came to."""

    raw_id: int
    parsed: Parsed

    @property
    def one_by_one(self) -> "list[Outcome]":
        """An outcome of each fact alone."""
        return [Outcome(self.raw_id, Parsed([fact], [])) for fact in self.parsed.facts]

    def less_refused(self, refusals: Mapping[int, str]) -> "Outcome":
        """Without the facts at these places, which the database refuses for a reason each: a rejection of their item
        stands for them, where it has none."""
        facts, rejections = [], {rejection.item: rejection for rejection in self.parsed.rejections}
        for place, fact in enumerate(self.parsed.facts):
            if place not in refusals:
                facts.append(fact)
                continue
            detail = f"cannot be stored: {refusals[place]}"[:500]
            rejections.setdefault(fact.item, Rejection(fact.item, "wrong_type", detail))
        return Outcome(self.raw_id, Parsed(facts, list(rejections.values())))


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
