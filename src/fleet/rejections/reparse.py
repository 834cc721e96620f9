"""Parses raw rows again with the current parser: what would come of them, and the facts that are missing so far."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from fleet import parser
from fleet.migrate import SyncConnection
from fleet.model import Fact, Parsed, Raw
from fleet.parser import Limits
from fleet.pipeline.outcome import Outcome, fact_rows
from fleet.rejections.reading import RawUnknown

READ: Final = """select id, received_at, source, topic, content_type, body, request_meta
                 from events.raw where id = any(%s) order by id"""
HELD: Final = """select raw_id, item, kind from events.parsed
                 where raw_id = any(%s) and received_at = any(%s)"""
ADD: Final = "select events.add_facts(%s::smallint, %s::jsonb)"


@dataclass(frozen=True, slots=True)
class Reparsed:
    """What the current parser makes of a raw row; `missing` are the facts that the log does not hold yet."""

    raw: Raw
    parsed: Parsed
    missing: list[Fact]

    def as_document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "raw_id": self.raw.id,
            "source": self.raw.source,
            "topic": self.raw.topic,
            "facts": len(self.parsed.facts),
            "missing": [asdict(fact) for fact in self.missing],
            "rejections": [asdict(rejection) for rejection in self.parsed.rejections],
        }


def reparse(owner: SyncConnection, raw_ids: list[int], limits: Limits) -> list[Reparsed]:
    """What would come of raw rows; nothing is written. Errors: RawUnknown."""
    raws = [Raw(*row) for row in owner.execute(READ, (raw_ids,)).fetchall()]  # type: ignore[arg-type]
    unknown = sorted(set(raw_ids) - {raw.id for raw in raws})
    if unknown:
        raise RawUnknown(f"{', '.join(map(str, unknown))}: there is no such raw row, or it is beyond retention.")
    received = [raw.received_at for raw in raws]
    held = set(owner.execute(HELD, (raw_ids, received)).fetchall())
    return [_reparsed(raw, parser.parse(raw, limits), held) for raw in raws]


def apply(owner: SyncConnection, reparsed: list[Reparsed]) -> int:
    """Write the facts that are missing, beside the old ones; how many were. Harmless to repeat."""
    outcomes = [Outcome(each.raw.id, Parsed(each.missing, [])) for each in reparsed]
    row = owner.execute(ADD, (parser.VERSION, fact_rows(outcomes))).fetchone()
    return int(row[0]) if row else 0  # type: ignore[call-overload]


def _reparsed(raw: Raw, parsed: Parsed, held: set[tuple[object, ...]]) -> Reparsed:
    missing = [fact for fact in parsed.facts if (raw.id, fact.item, fact.kind) not in held]
    return Reparsed(raw, parsed, missing)
