"""Imported tables: from a CSV file's bytes to its rows, as objects by column name."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from fleet.parser.intake import Item
from fleet.parser.refusal import Rejected

SURPLUS: Final = "beyond the last column"
"""Where a row keeps cells that stand under no column."""


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A kind of file: the column that it must have, and every column that is read."""

    key: str
    columns: frozenset[str]

    def items(self, body: bytes) -> list[Any]:
        """The rows as objects by column name. Empty lines count, so that ordinals stay true."""
        columns, lines = csv_lines(body)
        if self.key not in columns:
            raise Rejected("wrong_type", f"{self.key}: the header has no such column")
        return [_row(columns, cells) for _, cells in lines]


def csv_lines(body: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The columns, and each row's cells with the number of the line on which it begins."""
    reader = csv.reader(io.StringIO(body.decode("utf-8-sig", errors="replace"), newline=""))
    try:
        columns = [name.strip().lower() for name in next(reader, [])]
        return columns, list(_numbered(reader))
    except csv.Error as error:
        raise Rejected("not_object", f"not a CSV file: {error}") from error


def checked(item: Item) -> Item:
    """The row, unless it has cells beyond the last column: an unquoted comma has moved its cells."""
    if SURPLUS in item:
        raise Rejected("wrong_type", f"{SURPLUS}: {item[SURPLUS]}")
    return item


def _numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    begins = reader.line_num + 1
    for cells in reader:
        yield begins, cells
        begins = reader.line_num + 1


def _row(columns: list[str], cells: list[str]) -> Item:
    row: Item = dict(zip(columns, cells, strict=False))
    surplus = ",".join(cell.strip() for cell in cells[len(columns) :])
    return row | {SURPLUS: surplus} if surplus.strip(",") else row
