"""The kind `device_seen`: a device spoke, but its clock or its place cannot be believed."""

from collections.abc import Callable, Generator, Iterator
from datetime import datetime
from typing import Final, TypeVar

from fleet.model import Fact
from fleet.parser.refusal import Rejected

SIGNS_OF_LIFE: Final = frozenset(
    {"implausible_time", "beyond_retention", "zero_position", "out_of_range", "hemisphere"}
)


Judged = TypeVar("Judged")


def sign_of_life(item_no: int, imei: str, spoke_at: datetime | None, refusal: Rejected) -> Iterator[Fact]:
    """The fact that stands in for a refused one, when we know that the device spoke and when."""
    if spoke_at is not None and refusal.reason in SIGNS_OF_LIFE:
        yield Fact(item_no, "device_seen", imei, spoke_at, {"why": refusal.reason})


def or_sign_of_life(
    item_no: int, imei: str, spoke_at: datetime | None, judge: Callable[[], Judged]
) -> Generator[Fact, None, Judged]:
    """What `judge` finds; where it refuses, the sign of life goes before the refusal."""
    try:
        return judge()
    except Rejected as refusal:
        yield from sign_of_life(item_no, imei, spoke_at, refusal)
        raise
