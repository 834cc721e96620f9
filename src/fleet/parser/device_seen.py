"""The kind `device_seen`: a device spoke, but its clock or its place cannot be believed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from fleet.model import Fact
from fleet.parser.refusal import Rejected

SIGNS_OF_LIFE: Final = frozenset({"implausible_time", "zero_position", "out_of_range", "hemisphere"})


def sign_of_life(item_no: int, imei: str, spoke_at: datetime | None, refusal: Rejected) -> Iterator[Fact]:
    """The fact that stands in for a refused one, when we know that the device spoke and when."""
    if spoke_at is not None and refusal.reason in SIGNS_OF_LIFE:
        yield Fact(item_no, "device_seen", imei, spoke_at, {"why": refusal.reason})
