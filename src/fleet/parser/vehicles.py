"""The kind `vehicle_listed`, one a line of an imported vehicles file."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from fleet.model import Fact
from fleet.parser.contracts.imports import VehicleRow
from fleet.parser.intake import Intake, Item, present
from fleet.parser.refusal import Rejected


def csv_rows(body: bytes) -> list[Any]:
    """The lines below the header, as objects by column name. Empty lines count, so that numbers stay true."""
    lines = csv.reader(io.StringIO(body.decode("utf-8-sig", errors="replace"), newline=""))
    try:
        columns = [name.strip().lower() for name in next(lines, [])]
        rows = [dict(zip(columns, line, strict=False)) for line in lines]
    except csv.Error as error:
        raise Rejected("not_object", f"not a CSV file: {error}") from error
    if "plate" not in columns:
        raise Rejected("wrong_type", "the header has no column plate")
    return rows


def listed_vehicle(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """A vehicle as the file has it, on the file's date; a vehicle may have no device."""
    if not item:
        return
    row = VehicleRow.model_validate(item)
    if row.plate is None:
        raise Rejected("wrong_type", "the vehicle has no plate")
    data = present(**row.model_dump(exclude={"imei"}))
    yield Fact(item_no, "vehicle_listed", row.imei, intake.asked_at("as_of"), data)
