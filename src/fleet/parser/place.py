"""Can this place be believed?"""

from typing import Final, NamedTuple

from fleet.parser.refusal import Rejected

_NO_PLACE_DEG: Final = 0.001
_SOUTH, _WEST = 1 << 2, 1 << 3
_ANY_GNSS: Final = 0b1111 << 18


class Place(NamedTuple):
    """Degrees, WGS-84, signed."""

    lat: float
    lon: float


def believable_place(lat: float | None, lon: float | None) -> Place:
    """A real place. The equator crosses the fleet: only 0,0 together means "no fix"."""
    if lat is None and lon is None:
        raise Rejected("zero_position", "the item carries no coordinates")
    if lat is None or lon is None:
        raise Rejected("wrong_type", "one coordinate of two is absent")
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Rejected("out_of_range", f"lat {lat:g}, lng {lon:g}")
    if abs(lat) < _NO_PLACE_DEG and abs(lon) < _NO_PLACE_DEG:
        raise Rejected("zero_position", f"lat {lat:g}, lng {lon:g}")
    return Place(lat, lon)


def place_or_none(lat: float | None, lon: float | None) -> Place | None:
    """The place, or None where it cannot be believed."""
    try:
        return believable_place(lat, lon)
    except Rejected:
        return None


def check_hemisphere(place: Place, status_bits: int | None) -> None:
    """The status bits must not contradict the signs.

    A set bit says south or west. A clear one says north or east only in a mask that names a satellite
    system: devices that are not JT/T 808 send masks that mean nothing.
    """
    if status_bits is None:
        return
    lat, lon = place
    contradicted = (status_bits & _SOUTH and lat > 0) or (status_bits & _WEST and lon > 0)
    if status_bits & _ANY_GNSS:
        contradicted = (
            contradicted or (not status_bits & _SOUTH and lat < 0) or (not status_bits & _WEST and lon < 0)
        )
    if contradicted:
        raise Rejected("hemisphere", f"lat {lat:g}, lng {lon:g} against status {status_bits}")
