"""What a geocoder says of a place. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from fleet.errors import FleetError

Precision = Literal["nothing", "area", "place", "street"]
"""Coarsest first, as geo.address_precision has them. No house numbers: of a rounded place they would be guesses."""

LONGEST_ADDRESS = 200


class GeocoderFailed(FleetError):
    """A geocoder gave no answer that can be read. `pause_s`: for how long it asked to be left alone."""

    def __init__(self, message: str, pause_s: float = 0.0) -> None:
        super().__init__(message)
        self.pause_s = pause_s


@dataclass(frozen=True, slots=True)
class Address:
    """A place in words; `text` is None where nothing is there."""

    text: str | None
    precision: Precision


NOTHING_THERE = Address(None, "nothing")


def address_of(street: Any, place: Any, city: Any, others: Iterable[Any] = ()) -> Address:
    """The address that its parts make, each once; `others` are taken where there is neither street, place nor city."""
    parts = [_clean(part) for part in (street, place, city)]
    if not any(parts):
        parts = ["", "", *(_clean(other) for other in others)]
    text = ", ".join(dict.fromkeys(part for part in parts if part))[:LONGEST_ADDRESS]
    if not text:
        return NOTHING_THERE
    return Address(text, "street" if parts[0] else "place" if parts[1] else "area")


def _clean(part: Any) -> str:
    """One line of text, blank for what is none."""
    return re.sub(r"[\x00-\x20\x7f]+", " ", part).strip() if isinstance(part, str) else ""
