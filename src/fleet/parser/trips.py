"""The kind `trip_reported`: a trip as the upstream cut it, at its start. A second opinion beside our own trips.

A trip that goes on is told again with a later end: one trip is (imei, start, origin), the latest end stands.
"""

from collections.abc import Iterator
from datetime import datetime

from fleet.model import Fact
from fleet.parser.coercion import iso_utc
from fleet.parser.contracts.trips import MileageTrip, PushedTrip, ReportTrip, Trip
from fleet.parser.device_seen import or_sign_of_life
from fleet.parser.folding import folded
from fleet.parser.intake import Intake, Item, known_imei, present
from fleet.parser.place import place_or_none


def mileage_trip(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """A row of device.track.mileage."""
    yield _polled_trip(item_no, MileageTrip.model_validate(item), intake, "mileage")


def report_trip(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """A row of open.platform.report.trips."""
    yield _polled_trip(item_no, ReportTrip.model_validate(item), intake, "report")


def pushed_trip(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """An item of /pushtripreport."""
    trip = PushedTrip.model_validate(folded(item))
    imei = known_imei(trip.imei)
    spoke_at = intake.believable(trip.gate_at) or intake.received_at
    start, end = yield from or_sign_of_life(
        item_no, imei, spoke_at, lambda: intake.period(trip.started_at, trip.ended_at)
    )
    yield _trip(item_no, imei, start, end, trip, "push")


def _polled_trip(item_no: int, trip: Trip, intake: Intake, origin: str) -> Fact:
    imei = known_imei(trip.imei or intake.asked_imei)
    start, end = intake.period(trip.started_at, trip.ended_at)
    return _trip(item_no, imei, start, end, trip, origin)


def _trip(item_no: int, imei: str, start: datetime, end: datetime | None, trip: Trip, origin: str) -> Fact:
    begin, finish = place_or_none(trip.start_lat, trip.start_lon), place_or_none(trip.end_lat, trip.end_lon)
    data = present(
        origin=origin,
        ended_at=iso_utc(end) if end else None,
        duration_s=trip.duration_s,
        distance_m=trip.distance_m,
        avg_speed_kmh=trip.avg_speed_kmh,
        max_speed_kmh=trip.max_speed_kmh,
        start_lat=begin.lat if begin else None,
        start_lon=begin.lon if begin else None,
        end_lat=finish.lat if finish else None,
        end_lon=finish.lon if finish else None,
        start_odometer_m=trip.start_odometer_m,
        end_odometer_m=trip.end_odometer_m,
        fuel_l=trip.fuel_l,
        fuel_l_per_100km=trip.fuel_l_per_100km,
    )
    return Fact(item_no, "trip_reported", imei, start, data)
