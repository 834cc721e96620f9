"""Can this place be believed?"""

from typing import Final, NamedTuple

from fleet.parser.refusal import Rejected

_NO_PLACE_DEG: Final = 0.001
_MIRROR_BAND_DEG: Final = 15
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
    """The status bits must not contradict the signs, where the mirror image is a place nearby.

    A set bit says south or west. A clear one says north or east only in a mask that names a satellite
    system: devices that are not JT/T 808 send masks that mean nothing. Far from the equator a wrong sign
    is a jump of thousands of kilometres, which the vehicle-day fold marks as suspect.
    """
    if status_bits is None or abs(place.lat) > _MIRROR_BAND_DEG:
        return
    clear_bits_count = bool(status_bits & _ANY_GNSS)
    if any(
        (negative and degrees > 0) or (not negative and clear_bits_count and degrees < 0)
        for negative, degrees in ((status_bits & _SOUTH, place.lat), (status_bits & _WEST, place.lon))
    ):
        raise Rejected("hemisphere", f"lat {place.lat:g}, lng {place.lon:g} against status {status_bits}")
