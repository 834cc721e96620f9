"""Trackers that are plugged into the engine: readings, trouble codes, fuel and reports of trips. Pure."""

from collections.abc import Iterator
from random import Random

from fleet.sandbox.signals import Fix, Kind, Reading, Report, Signal, Trouble
from fleet.sandbox.timetable import Timetable, Trip
from fleet.sandbox.vendor_time import utc_text

READING_EVERY_S = 60.0
FUEL_EVERY_S = 600.0
TROUBLE_A_READING = 1 / 500
TANK_L = 70.0
METRES_A_TANK = 520_000.0
TROUBLES = (
    ("P0128", "Coolant thermostat below regulating temperature"),
    ("P0420", "Catalyst system efficiency below threshold"),
    ("P0301", "Cylinder 1 misfire detected"),
    ("U0100", "Lost communication with engine control module"),
)


class Engine:
    """While the engine runs a reading a minute and fuel every ten; a trip is reported when it ends."""

    def __init__(self, timetable: Timetable, rng: Random) -> None:
        self._timetable = timetable
        self._rng = rng
        self._was_running = False
        self._read_at = 0.0
        self._fuel_at = 0.0

    def after(self, signal: Signal) -> Iterator[Signal]:
        if not isinstance(signal, Fix):
            return
        if signal.ignition and signal.fixed_at >= self._read_at + READING_EVERY_S:
            self._read_at = signal.fixed_at
            yield from self._read(signal)
        if self._was_running and not signal.ignition:
            yield from self._report_trip(signal)
        self._was_running = signal.ignition

    def _read(self, fix: Fix) -> Iterator[Signal]:
        reading = Reading(
            imei=fix.imei,
            read_at=fix.fixed_at,
            gate_at=fix.gate_at,
            odometer_m=fix.odometer_m,
            fuel_pct=round(fuel_share(fix.odometer_m) * 100),
            coolant_c=self._rng.randint(84, 93),
            voltage_v=round(self._rng.uniform(13.8, 14.3), 1),
            rpm=round(780 + 31 * fix.speed_kmh + self._rng.uniform(-40, 40)),
            speed_kmh=fix.speed_kmh,
        )
        yield reading
        if fix.fixed_at >= self._fuel_at + FUEL_EVERY_S:
            self._fuel_at = fix.fixed_at
            yield _fuel(fix)
        if self._rng.random() < TROUBLE_A_READING:
            yield Trouble(fix.imei, fix.fixed_at, fix.gate_at, *self._rng.choice(TROUBLES))

    def _report_trip(self, fix: Fix) -> Iterator[Signal]:
        trips = self._timetable.trips(fix.fixed_at - 900, fix.fixed_at, fix.fixed_at)
        if trips and trips[-1].end < fix.fixed_at:
            yield Report(Kind.TRIP, fix.imei, fix.gate_at, _trip_item(fix, trips[-1]))


def fuel_share(odometer_m: float) -> float:
    """How full the tank is: filled up whenever it is down to an eighth."""
    return 0.98 - 0.86 * (odometer_m % METRES_A_TANK) / METRES_A_TANK


def _fuel(fix: Fix) -> Report:
    litres = fuel_share(fix.odometer_m) * TANK_L
    item = {"deviceImei": fix.imei, "gateTime": utc_text(fix.gate_at), "value": f"{litres:.1f}", "unit": 1}
    return Report(Kind.OIL, fix.imei, fix.gate_at, item)


def _trip_item(fix: Fix, trip: Trip) -> dict[str, object]:
    return {
        "deviceImei": fix.imei,
        "gateTime": utc_text(fix.gate_at),
        "startTime": utc_text(trip.start),
        "endTime": utc_text(trip.end),
        "startLat": round(trip.origin[0], 6),
        "startLng": round(trip.origin[1], 6),
        "endLat": round(trip.destination[0], 6),
        "endLng": round(trip.destination[1], 6),
        "distance": round(trip.distance_m),
        "travelTime": trip.seconds,
        "averageSpeed": round(trip.average_kmh, 1),
        "maxSpeed": round(trip.top_speed_kmh),
        "fuel": round(trip.distance_m / METRES_A_TANK * TANK_L * 0.86, 2),
    }
