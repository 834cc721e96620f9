"""Counts items of raw rows by device, kind and transport, and by what came of them. Pure."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from typing import Any

from fleet.completeness.kinds import imei_of, items_in, kind_of, transport_of
from fleet.model import Raw


@dataclass(slots=True)
class Count:
    """Items of one device, kind and transport. received = parsed + rejected + without_facts + pending."""

    imei: str
    kind: str
    transport: str
    received: int = 0
    repeated: int = 0
    parsed: int = 0
    rejected: int = 0
    without_facts: int = 0
    pending: int = 0

    @property
    def sent(self) -> int:
        """How often the sender must have sent it, each body once."""
        return self.received - self.repeated

    def as_row(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the log says of a raw row: has it been parsed, and into what, by number of the item."""

    is_pending: bool
    parsed: Collection[int]
    rejected: Collection[int]


@dataclass(slots=True)
class Tally:
    """The counts of a day, and `stray`: raw rows with outcomes for items that their bodies do not hold."""

    counts: dict[tuple[str, str, str], Count] = field(default_factory=dict)
    stray: list[int] = field(default_factory=list)
    _bodies: set[bytes] = field(default_factory=set)

    def add(self, raw: Raw, outcome: Outcome) -> None:
        """Count the items of one raw row."""
        items = items_in(raw)
        is_repeat = raw.source == "jimi.push" and self._is_repeat(raw)
        for number in range(max(len(items), _refused_whole(items, outcome))):
            imei = imei_of(items[number], raw) if items else ""
            count = self._count(imei, kind_of(raw.topic), transport_of(raw.source))
            count.received += 1
            count.repeated += is_repeat
            _tell(count, number, outcome)
        if any(number >= max(1, len(items)) for number in (*outcome.parsed, *outcome.rejected)):
            self.stray.append(raw.id)

    def _count(self, *key: str) -> Count:
        imei, kind, transport = key
        return self.counts.setdefault((imei, kind, transport), Count(imei, kind, transport))

    def _is_repeat(self, raw: Raw) -> bool:
        digest = blake2b(raw.topic.encode() + b"\n" + raw.body, digest_size=16).digest()
        if digest in self._bodies:
            return True
        self._bodies.add(digest)
        return False


def _refused_whole(items: list[Any], outcome: Outcome) -> int:
    """A body that could not be opened at all is one item."""
    return 1 if not items and 0 in outcome.rejected else 0


def _tell(count: Count, number: int, outcome: Outcome) -> None:
    if outcome.is_pending:
        count.pending += 1
    elif number in outcome.rejected:
        count.rejected += 1
    elif number in outcome.parsed:
        count.parsed += 1
    else:
        count.without_facts += 1
