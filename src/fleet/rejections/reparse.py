"""Parses raw rows again with the current parser: what would come of them, and the facts that are missing so far."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from fleet import parser
from fleet.errors import FleetError
from fleet.migrate import SyncConnection
from fleet.model import Fact, Parsed, Raw
from fleet.parser import Limits
from fleet.pipeline.outcome import Outcome, fact_rows
from fleet.rejections.reading import RawUnknown
from fleet.reparse.diff import missing

READ: Final = """select id, received_at, source, topic, content_type, body, request_meta
                 from events.raw where id = any(%s) order by id"""
HELD: Final = "select id, events.held_facts(raw) from events.raw where id = any(%s)"
WAITING: Final = "select events.still_waiting(%s)"
ADD: Final = "select events.add_facts(%s::smallint, %s::jsonb)"


class NotParsedYet(FleetError):
    """No parser is through with a raw row: what is missing of it may be on its way."""


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
            "parser_version": parser.VERSION,
            "facts": len(self.parsed.facts),
            "missing": [asdict(fact) for fact in self.missing],
            "rejections": [asdict(rejection) for rejection in self.parsed.rejections],
        }


def reparse(owner: SyncConnection, raw_ids: list[int], limits: Limits) -> list[Reparsed]:
    """What would come of raw rows; nothing is written. Errors: RawUnknown, NotParsedYet."""
    raws = [Raw(*row) for row in owner.execute(READ, (raw_ids,)).fetchall()]  # type: ignore[arg-type]
    unknown = sorted(set(raw_ids) - {raw.id for raw in raws})
    if unknown:
        raise RawUnknown(f"{', '.join(map(str, unknown))}: there is no such raw row, or it is beyond retention.")
    waiting = [str(row[0]) for row in owner.execute(WAITING, (raw_ids,)).fetchall()]
    if waiting:
        raise NotParsedYet(f"{', '.join(waiting)}: not parsed even once yet. Try again when the worker has caught up.")
    held: dict[int, list[tuple[int, str]]] = dict(owner.execute(HELD, (raw_ids,)).fetchall())  # type: ignore[arg-type]
    return [reparsed(raw, parser.parse(raw, limits), {(item, kind) for item, kind in held[raw.id]}) for raw in raws]


def apply(owner: SyncConnection, reparsed: list[Reparsed]) -> int:
    """Write the facts that are missing, beside the old ones; how many were. Harmless to repeat."""
    outcomes = [Outcome(each.raw.id, Parsed(each.missing, [])) for each in reparsed]
    row = owner.execute(ADD, (parser.VERSION, fact_rows(outcomes))).fetchone()
    return int(row[0]) if row else 0  # type: ignore[call-overload]


def reparsed(raw: Raw, parsed: Parsed, held: set[tuple[int, str]]) -> Reparsed:
    """What a parser made of a raw row, against the (item, kind) of the facts that are held. Pure."""
    return Reparsed(raw, parsed, missing(parsed.facts, held))
