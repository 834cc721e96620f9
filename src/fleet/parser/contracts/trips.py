"""Trips as three sources tell them: the mileage method, the trip report, and the push that nobody has seen yet.

Times are UTC, by the platform. The mileage method is the one whose unit of distance is confirmed.
"""

from typing import Annotated, Final

from fleet.parser.contracts.base import Contract, Spellings, spelled
from fleet.parser.contracts.fields import Degrees, DurationS, Imei, Instant, Litres, Measure, SideInstant, SpeedKmh
from fleet.parser.contracts.units import in_metres

MILEAGE: Final = "jimi.device.track.mileage"
REPORT: Final = "jimi.open.platform.report.trips"
PUSH: Final = "pushtripreport"

LitresPer100Km = Annotated[float | None, Measure(0, 1000)]

_TRIP: Final[Spellings] = {
    "imei": ("imei", "deviceImei"),
    "started_at": ("startTime",),
    "ended_at": ("endTime",),
    "start_lat": ("startLat",),
    "start_lon": ("startLng",),
    "end_lat": ("endLat",),
    "end_lon": ("endLng",),
    "duration_s": ("runTimeSecond", "elapsed"),
    "distance_m": ("distance",),
    "avg_speed_kmh": ("avgSpeed", "averageSpeed"),
    "max_speed_kmh": ("maxSpeed",),
    "start_odometer_m": ("startMileage",),
    "end_odometer_m": ("endMileage",),
    "fuel_l": ("fuel",),
    "fuel_l_per_100km": ("oilWear",),
}
_REPORTED: Final[Spellings] = {**_TRIP, "duration_s": ("travelTime",), "distance_m": ("totalMileage",)}
_PUSHED: Final[Spellings] = {
    **{field: tuple(name.lower() for name in names) for field, names in _TRIP.items()},
    "imei": ("deviceimei", "imei", "deviceid"),
    "gate_at": ("gatetime",),
    "duration_s": ("traveltime", "runtimesecond"),
}


class Trip(Contract):
    """What every source tells of a trip; one that still goes on may have no end, or an end that moves."""

    imei: Imei = None
    started_at: Instant = None
    ended_at: Instant = None
    start_lat: Degrees = None
    start_lon: Degrees = None
    end_lat: Degrees = None
    end_lon: Degrees = None
    duration_s: DurationS = None
    distance_m: float | None = None
    avg_speed_kmh: SpeedKmh = None
    max_speed_kmh: SpeedKmh = None
    start_odometer_m: float | None = None
    end_odometer_m: float | None = None
    fuel_l: Litres = None
    fuel_l_per_100km: LitresPer100Km = None


class MileageTrip(Trip):
    """A row of device.track.mileage."""

    model_config = spelled(_TRIP)
    distance_m: Annotated[float | None, in_metres(MILEAGE, "distance")] = None
    start_odometer_m: Annotated[float | None, in_metres(MILEAGE, "startMileage")] = None
    end_odometer_m: Annotated[float | None, in_metres(MILEAGE, "endMileage")] = None


class ReportTrip(Trip):
    """A row of open.platform.report.trips, type `list`."""

    model_config = spelled(_REPORTED)
    distance_m: Annotated[float | None, in_metres(REPORT, "totalMileage")] = None
    start_odometer_m: Annotated[float | None, in_metres(REPORT, "startMileage")] = None
    end_odometer_m: Annotated[float | None, in_metres(REPORT, "endMileage")] = None


class PushedTrip(Trip):
    """An item of /pushtripreport, names folded; it tells no odometer that we know of."""

    model_config = spelled(_PUSHED)
    gate_at: SideInstant = None
    distance_m: Annotated[float | None, in_metres(PUSH, "distance")] = None
