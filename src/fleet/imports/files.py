"""A file read and checked: its good rows as facts, its bad ones by line and column. Nothing is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from fleet import parser
from fleet.errors import FleetError
from fleet.imports.claims import Claim, claims_of, contradictions
from fleet.model import Parsed, Raw
from fleet.parser import Limits
from fleet.parser.csv_table import csv_lines
from fleet.parser.refusal import Rejected
from fleet.parser.registry import CSV_TABLES

CSV: Final = "csv"
JSON_SOURCES: Final = ("hr", "fuel")
CSV_TOPICS: Final = tuple(CSV_TABLES)
MAX_FILE_BYTES: Final = 10_000_000


class ImportRefused(FleetError):
    """The file cannot be imported as it is; nothing of it was."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file, by line and column where it has them."""

    line: int
    column: str | None
    says: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.column + ': ' if self.column else ''}{self.says}"


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file as it will stand in the log, and what it comes to."""

    source: str
    topic: str
    content_type: str
    body: bytes
    as_of: datetime
    parsed: Parsed
    lines: list[int]
    """The line on which each row begins; of a JSON file, its ordinals from 1."""
    problems: list[Problem]

    @property
    def claims(self) -> list[Claim]:
        """What the good rows state, each with its line."""
        return list(claims_of(self.parsed.facts, self.lines))


def read_file(source: str, topic: str, path: Path, as_of: datetime, limits: Limits) -> ImportFile:
    """Read and check a file. Errors: ImportRefused when it cannot be read at all."""
    body = _bytes(path)
    content_type = "text/csv" if source == CSV else "application/json"
    raw = Raw(0, as_of, source, topic, content_type, body, {"as_of": as_of.isoformat()})
    parsed = parser.parse(raw, limits)
    columns, lines = _lines(body) if source == CSV else ([], _ordinals(parsed))
    problems = sorted(
        [*_bad_rows(parsed, columns, lines), *_unknown_columns(topic, columns), *_undecodable(body)],
        key=lambda problem: problem.line,
    )
    problems += [Problem(*told) for told in contradictions(claims_of(parsed.facts, lines))]
    return ImportFile(source, topic, content_type, body, as_of, parsed, lines, problems)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ImportRefused(f"{path}: longer than {MAX_FILE_BYTES:,} bytes. Split it.")
        return path.read_bytes()
    except OSError as unreadable:
        raise ImportRefused(f"{path}: {unreadable.strerror}.") from unreadable


def _lines(body: bytes) -> tuple[list[str], list[int]]:
    try:
        columns, rows = csv_lines(body)
    except Rejected:
        return [], []
    return columns, [line for line, _ in rows]


def _ordinals(parsed: Parsed) -> list[int]:
    outcomes: list[Any] = [*parsed.facts, *parsed.rejections]
    return list(range(1, max((outcome.item for outcome in outcomes), default=-1) + 2))


def _bad_rows(parsed: Parsed, columns: list[str], lines: list[int]) -> Iterator[Problem]:
    for rejection in parsed.rejections:
        whole_file = rejection.item >= len(lines) or rejection.detail.endswith("the header has no such column")
        column, _, says = rejection.detail.partition(": ")
        known = says and column in columns
        yield Problem(
            1 if whole_file else lines[rejection.item],
            column if known else None,
            f"{says if known else rejection.detail} ({rejection.reason})",
        )


def _unknown_columns(topic: str, columns: list[str]) -> Iterator[Problem]:
    """A column that nobody reads is a misspelt one, and of two columns of one name only one would count."""
    table = CSV_TABLES.get(topic)
    if table is None or table.key not in columns:
        return
    for column in sorted(set(columns)):
        if column not in table.columns:
            yield Problem(1, column or "(blank)", f"no such column. Known: {', '.join(sorted(table.columns))}")
        elif columns.count(column) > 1:
            yield Problem(1, column, "the header has this column twice")


def _undecodable(body: bytes) -> Iterator[Problem]:
    """Bytes that are no UTF-8 would come to names with holes in them."""
    try:
        body.decode()
    except UnicodeDecodeError as foreign:
        yield Problem(body.count(b"\n", 0, foreign.start) + 1, None, "not UTF-8: save the file as UTF-8")
