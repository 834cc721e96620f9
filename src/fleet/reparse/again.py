"""Raw rows of a range parsed again, chunk by chunk, beside what the log holds of them.

Reads events.raw, events.active_facts, events.active_rejections; writes nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fleet import parser
from fleet.errors import WrongUsage
from fleet.migrate import SyncConnection
from fleet.model import Fact, Parsed, Raw, Rejection
from fleet.parser import Limits
from fleet.pipeline.outcome import Outcome
from fleet.reparse.diff import Change, Diff, changes

CHUNK_ROWS: Final = 500
SPAN: Final = "select after_id, up_to_id from events.reparse_span(%s, %s)"
RAWS: Final = """
    select id, received_at, source, topic, content_type, body, request_meta, events.version_of(id)
    from events.raw where id > %s and id <= %s order by id limit %s"""
FACTS: Final = """
    select raw_id, item, kind, imei, occurred_at, data from events.active_facts
    where received_at >= %s and received_at <= %s and raw_id = any(%s)"""
REJECTIONS: Final = """
    select raw_id, item, reason, detail from events.active_rejections
    where received_at >= %s and received_at <= %s and raw_id = any(%s)"""


class UnknownVersion(WrongUsage):
    """The code base holds no such version of the parser."""


class NothingReceived(WrongUsage):
    """No raw row was received in the range, or none that was parsed yet."""


@dataclass(frozen=True, slots=True)
class Parser:
    """A version of the parser: pure, as fleet.parser.parse is."""

    version: int
    parse: Callable[[Raw, Limits], Parsed]


CURRENT: Final = Parser(parser.VERSION, parser.parse)


@dataclass(frozen=True, slots=True)
class Span:
    """The raw rows (after_id, up_to_id]."""

    after_id: int
    up_to_id: int


@dataclass(frozen=True, slots=True)
class Row:
    """A raw row, what the log holds of it and what a parser makes of it now."""

    raw: Raw
    version: int | None
    held: list[Fact]
    held_rejections: list[Rejection]
    parsed: Parsed

    @property
    def outcome(self) -> Outcome:
        """What a parser makes of it, to be written."""
        return Outcome(self.raw.id, self.parsed)

    def changes(self, by: Parser) -> list[Change]:
        """What changes; nothing where the same version has spoken already, for its facts cannot be written twice."""
        return [] if self.version == by.version else list(changes(self.raw.id, self.held, self.parsed.facts))


def parser_of(version: int) -> Parser:
    """The parser of a version. Errors: UnknownVersion."""
    if version != CURRENT.version:
        raise UnknownVersion(
            f"There is no parser version {version}: this release holds version {CURRENT.version} alone."
        )
    return CURRENT


def find_span(owner: SyncConnection, from_time: datetime, to_time: datetime) -> Span:
    """The raw rows that were received in [from_time, to_time) and parsed since. Errors: NothingReceived."""
    row: Any = owner.execute(
        "select after_id, up_to_id from events.reparse_span(%s, %s)", (from_time, to_time)
    ).fetchone()
    if row[0] is None or row[1] is None or row[1] <= row[0]:
        raise NothingReceived("No raw row that has been parsed was received then; what left the log is in the archive.")
    return Span(*row)


def parse_again(owner: SyncConnection, span: Span, by: Parser, limits: Limits) -> Iterator[list[Row]]:
    """The rows of a span in chunks, in order."""
    after_id = span.after_id
    while rows := owner.execute(RAWS, (after_id, span.up_to_id, CHUNK_ROWS)).fetchall():
        chunk: list[tuple[Raw, Any]] = [(Raw(*row[:7]), row[7]) for row in rows]  # type: ignore[arg-type]
        yield list(_beside(owner, chunk, by, limits))
        after_id = chunk[-1][0].id


def compare(found: Diff, rows: list[Row], by: Parser) -> list[Change]:
    """Count a chunk's changes; gives those of its facts."""
    changed = []
    for row in rows:
        found.raw_rows += 1
        found.already += row.version == by.version
        changed += row.changes(by)
        if row.version != by.version:
            found.add_rejections(row.raw.id, row.held_rejections, row.parsed.rejections)
    found.add(changed)
    return changed


def _beside(owner: SyncConnection, chunk: list[tuple[Raw, Any]], by: Parser, limits: Limits) -> Iterator[Row]:
    received = [raw.received_at for raw, _ in chunk]
    which = (min(received), max(received), [raw.id for raw, _ in chunk])
    facts: dict[int, list[Fact]] = defaultdict(list)
    for raw_id, *told in owner.execute(FACTS, which).fetchall():
        facts[raw_id].append(Fact(*told))  # type: ignore[index, arg-type]
    rejections: dict[int, list[Rejection]] = defaultdict(list)
    for raw_id, *told in owner.execute(REJECTIONS, which).fetchall():
        rejections[raw_id].append(Rejection(*told))  # type: ignore[index, arg-type]
    for raw, version in chunk:
        yield Row(raw, version, facts[raw.id], rejections[raw.id], by.parse(raw, limits))
