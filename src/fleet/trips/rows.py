"""Vehicle-days as rows of the tables that keep them: what `state.keep_vehicle_days` takes."""

from collections.abc import Iterable
from typing import Any

from fleet.trips.day import Stop, VehicleDay
from fleet.trips.rules import VERSION
from fleet.trips.totals import Totals
from fleet.trips.trip import Stand, Trip

Row = dict[str, Any]


def rows_of(days: Iterable[tuple[int, VehicleDay | None]]) -> dict[str, list[Row]]:
    """The rows of each table, by its name, of vehicles' days; None is a day without a good fix and has no row."""
    rows: dict[str, list[Row]] = {"trips": [], "vehicle_days": [], "daily_rollups": [], "hourly_rollups": []}
    for vehicle_id, day in days:
        if day is not None:
            key = {"vehicle_id": vehicle_id, "day": day.day}
            rows["trips"] += [key | _trip(trip) for trip in day.trips]
            rows["vehicle_days"].append(key | _vehicle_day(day))
            rows["daily_rollups"].append(key | _told(day.totals))
            rows["hourly_rollups"] += [
                {"vehicle_id": vehicle_id, "hour_at": at} | _told(hour) for at, hour in day.hours
            ]
    return rows


def _vehicle_day(day: VehicleDay) -> Row:
    return {
        "imeis": day.imeis,
        "first_fixed_at": day.first_fixed_at,
        "last_fixed_at": day.last_fixed_at,
        "reporting_at": day.reporting_at,
        "has_acc_data": day.has_acc_data,
        "flags": day.flags,
        "suspects": [fix.fixed_at for fix in day.suspects],
        "stops": _spans(day.stops),
        "trips": len(day.trips),
        "rules_version": VERSION,
    }


def _trip(trip: Trip) -> Row:
    return _of_trip(trip.totals) | {
        "started_at": trip.first.fixed_at,
        "ended_at": trip.last.fixed_at,
        "imeis": trip.imeis,
        "start_reason": trip.start_reason,
        "end_reason": trip.end_reason,
        "pause_s": trip.pause_s,
        "continues_before": trip.continues_before,
        "continues_after": trip.continues_after,
        "odometer_gain_m": trip.odometer_gain_m,
        "start_lat": trip.first.lat,
        "start_lon": trip.first.lon,
        "end_lat": trip.last.lat,
        "end_lon": trip.last.lon,
        "idles": _spans(trip.idles),
        "stops": _spans(trip.stops),
        "path": trip.path,
        "path_s": trip.path_s,
    }


def _of_trip(figures: Totals) -> Row:
    """Nothing within a trip is unknown."""
    return {name: value for name, value in _told(figures).items() if name != "unknown_s"}


def _told(of: Totals | Stand | Stop) -> Row:
    """Its fields, plain values all. dataclasses.asdict would copy each of them, at a third of the whole fold's cost."""
    return {name: getattr(of, name) for name in of.__dataclass_fields__}


def _spans(spans: Iterable[Stand | Stop]) -> list[Row]:
    return [_told(span) for span in spans]
