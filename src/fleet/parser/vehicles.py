"""The kind `vehicle_listed`, one a line of an imported vehicles file."""

from collections.abc import Iterator

from fleet.model import Fact
from fleet.parser.contracts.imports import VehicleRow
from fleet.parser.csv_table import checked
from fleet.parser.intake import Intake, Item, present
from fleet.parser.refusal import Rejected


def listed_vehicle(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """A vehicle as the file has it, on the file's date; a vehicle may have no device."""
    if not item:
        return
    row = VehicleRow.model_validate(checked(item))
    if row.plate is None:
        raise Rejected("wrong_type", "plate: the vehicle has none")
    data = present(**row.model_dump(exclude={"imei"}))
    yield Fact(item_no, "vehicle_listed", row.imei, intake.asked_at("as_of"), data)
