"""The kind `position_fix`, pushed, polled, or found inside an alarm."""

from collections.abc import Iterator
from datetime import datetime

from fleet.model import Fact
from fleet.parser.coercion import iso_utc
from fleet.parser.contracts.poll import PolledLocation, PolledPosition, TrackPoint
from fleet.parser.contracts.push import PushedGps, PushedPosition
from fleet.parser.device_seen import sign_of_life
from fleet.parser.heartbeats import polled_heartbeat
from fleet.parser.intake import Intake, Item, known_imei, present
from fleet.parser.place import Place, believable_place, check_hemisphere
from fleet.parser.refusal import Rejected


def pushed_fix(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """An item of /pushgps."""
    gps = PushedGps.model_validate(item)
    imei = known_imei(gps.imei)
    gate_at = intake.believable(gps.gate_at)
    try:
        fixed_at = intake.device_time(gps.fixed_at)
        place = believable_place(gps.lat, gps.lon)
        check_hemisphere(place, gps.status_bits)
    except Rejected as refusal:
        yield from sign_of_life(item_no, imei, gate_at or intake.received_at, refusal)
        raise
    yield pushed_position(
        item_no, imei, gps, fixed_at=fixed_at, place=place, gate_at=gate_at, odometer_m=gps.odometer_m
    )


def pushed_position(
    item_no: int,
    imei: str,
    position: PushedPosition,
    *,
    fixed_at: datetime,
    place: Place,
    gate_at: datetime | None,
    odometer_m: float | None = None,
) -> Fact:
    """The fix that a pushed position with a believable time and place amounts to."""
    data = present(
        lat=place.lat,
        lon=place.lon,
        speed_kmh=position.speed_kmh,
        heading_deg=_heading(position.heading_deg),
        altitude_m=position.altitude_m,
        satellites=position.satellites,
        ignition=position.ignition,
        quality=position.quality,
        odometer_m=odometer_m,
        gate_at=iso_utc(gate_at) if gate_at else None,
        reupload=position.reupload or None,
    )
    return Fact(item_no, "position_fix", imei, fixed_at, data)


def polled_location(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """A row of a location list: a heartbeat, and the last fix unless the device has none to tell."""
    location = PolledLocation.model_validate(item)
    imei = known_imei(location.imei)
    heard_at = intake.kept(location.heard_at)
    if heard_at:
        yield polled_heartbeat(item_no, imei, heard_at, location)
    if location.valid is False or _never_fixed(location):
        return
    try:
        fixed_at = intake.device_time(location.fixed_at)
        place = believable_place(location.lat, location.lon)
    except Rejected as refusal:
        yield from sign_of_life(item_no, imei, heard_at, refusal)
        raise
    data = _polled_data(location, place) | present(odometer_m=location.odometer_m)
    yield Fact(item_no, "position_fix", imei, fixed_at, data)


def track_point(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """A row of a track; it does not name its device, the request does."""
    point = TrackPoint.model_validate(item)
    imei = known_imei(point.imei or intake.asked_imei)
    fixed_at = intake.device_time(point.fixed_at)
    place = believable_place(point.lat, point.lon)
    extras = present(altitude_m=point.altitude_m, reupload=point.reupload or None)
    yield Fact(item_no, "position_fix", imei, fixed_at, _polled_data(point, place) | extras)


def _polled_data(position: PolledPosition, place: Place) -> dict[str, object]:
    return present(
        lat=place.lat,
        lon=place.lon,
        speed_kmh=position.speed_kmh,
        heading_deg=_heading(position.heading_deg),
        satellites=position.satellites,
        ignition=position.ignition,
        quality=position.quality,
    )


def _never_fixed(location: PolledLocation) -> bool:
    return location.fixed_at is None and not location.lat and not location.lon


def _heading(degrees: float | None) -> float | None:
    return None if degrees is None else degrees % 360
