"""The kinds `driver_listed` and `roster_entry`, from HR's roster (pushed, fetched or a file) and drivers files.

A row is a person; where it names a vehicle it also says who drives that vehicle from when on, and in what shift.
"""

from collections.abc import Iterator
from typing import Any

from fleet.model import Fact
from fleet.parser.contracts.imports import RosterRow
from fleet.parser.csv_table import checked
from fleet.parser.envelope import Items, load_json
from fleet.parser.intake import Intake, Item, present
from fleet.parser.refusal import Rejected

_LISTS = ("drivers", "roster")


def roster_items(body: bytes) -> Items:
    """The rows of HR's JSON: a list, or an object with one; the object's `as_of` holds for rows without."""
    roster = load_json(body)
    if isinstance(roster, list):
        return roster
    rows = next((roster[name] for name in _LISTS if name in roster), None) if isinstance(roster, dict) else None
    if not isinstance(rows, list):
        raise Rejected("not_object", f"there is no list {' or '.join(_LISTS)}")
    return [{"as_of": roster.get("as_of"), **row} if isinstance(row, dict) else row for row in rows]


def roster_row(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """A person, and the vehicle that is theirs."""
    if not item:
        return
    row = RosterRow.model_validate(checked(item))
    if row.driver is None:
        raise Rejected("wrong_type", "driver: the row names none")
    stated = row.valid_from or row.as_of
    as_of = intake.stated_time(stated) if stated else intake.asked_at("as_of")
    yield Fact(item_no, "driver_listed", None, as_of, _person(row))
    if row.plate:
        entry = present(driver=row.driver, plate=row.plate, shift_starts=row.shift_starts, shift_ends=row.shift_ends)
        yield Fact(item_no, "roster_entry", None, as_of, entry)


def _person(row: RosterRow) -> dict[str, Any]:
    return present(
        driver=row.driver,
        staff_no=row.staff_no,
        phone=row.phone,
        city=row.city,
        cost_centre=row.cost_centre,
        shift_area=row.shift_area,
        active=row.active,
    )
