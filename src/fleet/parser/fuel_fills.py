"""The kind `fuel_fill`: what was put into a vehicle's tank, as the fuel log's owner pushes it.

A fill is its row in the source; a row told again replaces what it said, a deleted one stays as such.
"""

from collections.abc import Iterator

from fleet.model import Fact
from fleet.parser.coercion import FUEL_TYPES, iso_utc
from fleet.parser.contracts.imports import FuelRow
from fleet.parser.envelope import Items, load_json
from fleet.parser.intake import Intake, Item, present
from fleet.parser.refusal import Rejected


def fill_items(body: bytes) -> Items:
    """The fills of a JSON body: a list, an object with a list `fills`, or one fill."""
    fills = load_json(body)
    if isinstance(fills, dict):
        fills = fills.get("fills", [fills])
    if not isinstance(fills, list):
        raise Rejected("not_object", f"the fills are a {type(fills).__name__}")
    return fills


def fuel_fill(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """One fill. It names a plate, not a device: a plate may carry several."""
    row = FuelRow.model_validate(item)
    for name, value in (("id", row.fill_id), ("car", row.plate), ("litres", row.fuel_l or row.deleted)):
        if value is None:
            raise Rejected("wrong_type", f"{name}: the fill has none")
    updated_at = intake.believable(row.updated_at)
    data = present(
        fill_id=row.fill_id,
        plate=row.plate,
        fuel_l=row.fuel_l,
        cost_kes=row.cost_kes,
        odometer_m=row.odometer_m,
        fuel_type=FUEL_TYPES.get(row.fuel_type.lower(), row.fuel_type) if row.fuel_type else None,
        driver=row.driver,
        department=row.department,
        updated_at=iso_utc(updated_at) if updated_at else None,
        deleted=row.deleted or None,
    )
    yield Fact(item_no, "fuel_fill", None, intake.stated_time(row.filled_at), data)
