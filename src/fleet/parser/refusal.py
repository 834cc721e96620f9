"""The parser's one internal exception: why an item, or a whole body, does not fit its contract."""

from typing import Final

from fleet.errors import FleetError
from fleet.parser.coercion import clean_text

REASONS: Final = frozenset(
    {
        "not_json",
        "not_object",
        "missing_imei",
        "missing_time",
        "implausible_time",
        "beyond_retention",
        "zero_position",
        "out_of_range",
        "wrong_type",
        "unknown_topic",
        "hemisphere",
    }
)


class Rejected(FleetError):
    """An item cannot become a fact. `reason` is one of REASONS; the detail is for the person who looks."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = clean_text(detail)
