"""The kind `cost_centre_listed`, one a line of an imported file."""

from collections.abc import Iterator

from fleet.model import Fact
from fleet.parser.contracts.imports import CostCentreRow
from fleet.parser.csv_table import checked
from fleet.parser.intake import Intake, Item, present
from fleet.parser.refusal import Rejected


def listed_cost_centre(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """A cost centre and the short code that people know it by."""
    if not item:
        return
    row = CostCentreRow.model_validate(checked(item))
    if row.cost_centre is None:
        raise Rejected("wrong_type", "cost_centre: the row names none")
    data = present(cost_centre=row.cost_centre, code=row.code)
    yield Fact(item_no, "cost_centre_listed", None, intake.asked_at("as_of"), data)
