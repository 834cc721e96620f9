"""A finding: one thing that the upstream does otherwise than it used to. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

Kind = Literal["new_field", "vanished_field", "changed_type", "unknown_alarm_code", "unit_jump", "omitted_vehicles"]
Cause = tuple[str, str, str, str, str]
"""Kind, source, topic, field, and what tells two findings of one field apart."""
EXAMPLES: Final = 5


@dataclass(slots=True)
class Finding:
    """`sentence` is for the operator; `raw_ids` are examples to look at."""

    kind: Kind
    source: str
    topic: str
    field: str
    cause: str
    sentence: str
    raw_ids: list[int]
    first_seen_at: datetime
    last_seen_at: datetime
    count: int = 1

    @property
    def key(self) -> Cause:
        """What makes it one finding however often it is seen."""
        return self.kind, self.source, self.topic, self.field, self.cause

    def as_row(self) -> dict[str, Any]:
        """The row of drift.findings as drift.keep takes it."""
        return asdict(self)


@dataclass(slots=True)
class Report:
    """What one look came to: findings by cause, and causes that are over.

    `unresolved` are the findings in the database: cause → acknowledged?
    """

    unresolved: Mapping[Cause, bool] = field(default_factory=dict)
    findings: dict[Cause, Finding] = field(default_factory=dict)
    ended: set[Cause] = field(default_factory=set)

    def found(self, finding: Finding) -> None:
        """Seen, perhaps again: one finding a cause."""
        known = self.findings.setdefault(finding.key, finding)
        if known is not finding:
            known.count += finding.count
            known.sentence = finding.sentence
            known.last_seen_at = max(known.last_seen_at, finding.last_seen_at)
            known.raw_ids = list(dict.fromkeys(known.raw_ids + finding.raw_ids))[:EXAMPLES]
        self.ended.discard(finding.key)

    def over(self, cause: Cause) -> None:
        """What was found is not so any more."""
        if cause in self.unresolved and cause not in self.findings:
            self.ended.add(cause)

    def accepted(self, cause: Cause) -> bool:
        """Has somebody acknowledged it?"""
        return self.unresolved.get(cause, False)
