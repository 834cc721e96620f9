"""What two parsings of the same raw rows differ in. Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

import orjson

from fleet.model import Fact, Rejection

EXAMPLES: Final = 3
Sort = Literal["added", "removed", "changed"]
Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that only one of the parsings gives, or that both give otherwise: `fields` as (before, after)."""

    raw_id: int
    sort: Sort
    before: Fact | None
    after: Fact | None
    fields: dict[str, tuple[Any, Any]]

    @property
    def facts(self) -> Iterator[Fact]:
        """Both sides, where there are both."""
        return (fact for fact in (self.before, self.after) if fact is not None)

    @property
    def kind(self) -> str:
        """The kind of the fact."""
        return next(self.facts).kind


def missing(parsed: Collection[Fact], held: Collection[Key]) -> list[Fact]:
    """The facts of a parsing whose (item, kind) is not held yet."""
    return [fact for fact in parsed if (fact.item, fact.kind) not in held]


def changes(raw_id: int, held: Collection[Fact], parsed: Collection[Fact]) -> Iterator[Change]:
    """What another parsing of a raw row changes."""
    before = {(fact.item, fact.kind): fact for fact in held}
    after = {(fact.item, fact.kind): fact for fact in parsed}
    for fact in missing(parsed, before):
        yield Change(raw_id, "added", None, fact, {})
    for fact in missing(held, after):
        yield Change(raw_id, "removed", fact, None, {})
    for key in before.keys() & after.keys():
        if fields := _differing_fields(before[key], after[key]):
            yield Change(raw_id, "changed", before[key], after[key], fields)


def _differing_fields(before: Fact, after: Fact) -> dict[str, tuple[Any, Any]]:
    old, new = _fields(before), _fields(after)
    return {
        name: (old.get(name), new.get(name))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    }


def _fields(fact: Fact) -> dict[str, Any]:
    """As the log holds it: through JSON."""
    return {"imei": fact.imei, "occurred_at": fact.occurred_at, **orjson.loads(orjson.dumps(fact.data))}


@dataclass(slots=True)
class Tally:
    """How often, and in which raw rows for example."""

    count: int = 0
    raw_ids: list[int] = field(default_factory=list)
    example: tuple[Any, Any] | None = None

    def add(self, raw_id: int, example: tuple[Any, Any] | None = None) -> None:
        """Once more."""
        self.count += 1
        self.example = self.example or example
        if len(self.raw_ids) < EXAMPLES and raw_id not in self.raw_ids:
            self.raw_ids.append(raw_id)


@dataclass(slots=True)
class Diff:
    """The changes of a range: facts by (kind, sort), fields by (kind, field), rejections by (reason, sort)."""

    raw_rows: int = 0
    already: int = 0
    facts: dict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    fields: dict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    rejections: dict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))

    @property
    def is_empty(self) -> bool:
        """Would nothing change?"""
        return not self.facts and not self.rejections

    def add(self, found: Collection[Change]) -> None:
        """Count the changes of facts."""
        for change in found:
            self.facts[change.kind, change.sort].add(change.raw_id)
            for name, example in change.fields.items():
                self.fields[change.kind, name].add(change.raw_id, example)

    def add_rejections(self, raw_id: int, held: Collection[Rejection], parsed: Collection[Rejection]) -> None:
        """Count items that are refused now and were not, or the other way round."""
        before, after = (Counter((one.item, one.reason) for one in side) for side in (held, parsed))
        for (_, reason), _ in (after - before).items():
            self.rejections[reason, "added"].add(raw_id)
        for (_, reason), _ in (before - after).items():
            self.rejections[reason, "removed"].add(raw_id)


@dataclass(slots=True)
class Touched:
    """Whose state follows from changed facts, and between which device times."""

    imeis: set[str] = field(default_factory=set)
    from_time: datetime | None = None
    to_time: datetime | None = None

    def add(self, found: Collection[Change]) -> None:
        """Take in the facts on both sides of changes."""
        for change in found:
            for fact in change.facts:
                if fact.imei is not None:
                    self.imeis.add(fact.imei)
                    self.from_time = min(self.from_time or fact.occurred_at, fact.occurred_at)
                    self.to_time = max(self.to_time or fact.occurred_at, fact.occurred_at)
