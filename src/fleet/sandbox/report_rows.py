"""What devices did, in the words of the vendor's answers: points, trips, stays and alarms, quirks kept. Pure."""

from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from fleet.sandbox.alarm_words import PLATFORM_ALARMS
from fleet.sandbox.roster import Device
from fleet.sandbox.rows import device_name
from fleet.sandbox.signals import Alarm, AlarmCode, Fix, Source
from fleet.sandbox.timetable import Stay, Trip
from fleet.sandbox.vendor_time import utc_text

FENCE_ID = "70001"
LITRES_PER_100_KM = 9.6


def track_row(fix: Fix) -> dict[str, Any]:
    """A point of jimi.device.track.list."""
    by_gps = fix.source is Source.GPS
    engine = "ON" if fix.ignition else "OFF"
    return {
        "lat": fix.lat,
        "lng": fix.lon,
        "gpsTime": utc_text(fix.fixed_at),
        "direction": round(fix.heading_deg) % 360,
        "gpsSpeed": round(fix.speed_kmh) if by_gps else -1,
        "posType": int(fix.source),
        "satellite": fix.satellites,
        "ignition": engine,
        "accStatus": engine,
        "confidence": 1 if by_gps else None,
        "gpsMode": int(fix.reupload),
    }


def mileage_row(imei: str, trip: Trip) -> dict[str, Any]:
    """A trip of jimi.device.track.mileage; distances in metres."""
    return {
        "imei": imei,
        "startTime": utc_text(trip.start),
        "endTime": utc_text(trip.end),
        "startLat": round(trip.origin[0], 6),
        "startLng": round(trip.origin[1], 6),
        "endLat": round(trip.destination[0], 6),
        "endLng": round(trip.destination[1], 6),
        "runTimeSecond": trip.seconds,
        "distance": round(trip.distance_m, 1),
        "avgSpeed": round(trip.average_kmh, 2),
        "maxSpeed": round(trip.top_speed_kmh),
        "startMileage": round(trip.start_m, 1),
        "endMileage": round(trip.end_m, 1),
    }


def parking_row(device: Device, stay: Stay) -> dict[str, Any]:
    """A stop or idling of report.parking."""
    seconds = str(round(stay.end) - round(stay.start))
    return {
        "imei": device.imei,
        "deviceName": device_name(device),
        "mcType": device.model,
        "acc": "on" if stay.ignition else "off",
        "startTime": _iso_milliseconds(stay.start),
        "endTime": _iso_milliseconds(stay.end),
        "durSecond": seconds,
        "stopSecond": seconds,
        "lng": round(stay.place[1], 6),
        "lat": round(stay.place[0], 6),
        "addr": "",
    }


def trips_by_day(device: Device, trips: list[Trip]) -> dict[str, Any]:
    """One device's day of report.trips with type=day."""
    total = _total(trips)
    return {
        "deviceName": device_name(device),
        "deviceImei": device.imei,
        "data": {
            "date": utc_text(trips[0].start)[:10],
            "totalTrips": str(len(trips)),
            "averageSpeed": total["totalAvgSpeed"],
            "fuel": total["totalFuel"],
            "maxSpeed": total["allTotalMaxSpeed"],
            "oilWear": total["oilWear"],
            "totalMileage": total["totalDis"],
            "travelTime": total["travelTime"],
        },
    }


def trips_listed(device: Device, trips: list[Trip]) -> dict[str, Any]:
    """One device of report.trips with type=list: its trips by day, and totals twice over."""
    days = [list(group) for _, group in groupby(trips, lambda trip: utc_text(trip.start)[:10])]
    return {
        "imei": device.imei,
        "deviceName": device_name(device),
        "tripsData": [
            {
                "Searchdate": utc_text(day[0].start)[:10],
                "tripNum": len(day),
                "inTotal": _total(day),
                "dayData": [_report_row(device.imei, trip) for trip in day],
            }
            for day in days
        ],
        "inTotal": {"allTrips": str(len(trips)), **_total(trips)},
    }


def alarm_row(device: Device, alarm: Alarm) -> dict[str, Any]:
    """A row of alarm.list: raised when the platform heard of it, in the platform's codes."""
    code, name = PLATFORM_ALARMS[alarm.code]
    return {
        "deviceName": device_name(device),
        "imei": device.imei,
        "model": device.model,
        "account": device.account,
        "alertTypeId": code,
        "alarmTypeName": name,
        "alertTime": utc_text(alarm.gate_at),
        "positioningTime": utc_text(alarm.fix.fixed_at),
        "lat": alarm.fix.lat,
        "lng": alarm.fix.lon,
        "speed": str(round(alarm.fix.speed_kmh)),
        "geoid": FENCE_ID if alarm.code in (AlarmCode.FENCE_IN, AlarmCode.FENCE_OUT) else None,
    }


def _report_row(imei: str, trip: Trip) -> dict[str, str]:
    return {
        "imei": imei,
        "startTime": utc_text(trip.start),
        "endTime": utc_text(trip.end),
        "startLat": f"{trip.origin[0]:.5f}",
        "startLng": f"{trip.origin[1]:.5f}",
        "endLat": f"{trip.destination[0]:.5f}",
        "endLng": f"{trip.destination[1]:.5f}",
        "totalMileage": f"{trip.distance_m:.1f}",
        "travelTime": str(trip.seconds),
        "averageSpeed": f"{trip.average_kmh:.2f}",
        "maxSpeed": f"{trip.top_speed_kmh:.0f}",
        "oilWear": str(LITRES_PER_100_KM),
        "fuel": f"{litres(trip):.2f}",
        "startMileage": f"{trip.start_m:.0f}",
        "endMileage": f"{trip.end_m:.0f}",
    }


def litres(trip: Trip) -> float:
    """Fuel as the platform works it out: from the consumption that somebody typed in."""
    return trip.distance_m / 100_000 * LITRES_PER_100_KM


def _total(trips: list[Trip]) -> dict[str, str]:
    seconds = sum(trip.seconds for trip in trips)
    metres = sum(trip.distance_m for trip in trips)
    return {
        "totalDis": f"{metres:.1f}",
        "travelTime": str(seconds),
        "totalTime": f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}",
        "totalAvgSpeed": f"{metres / max(seconds, 1) * 3.6:.2f}",
        "allTotalMaxSpeed": f"{max(trip.top_speed_kmh for trip in trips):.0f}",
        "totalFuel": f"{sum(map(litres, trips)):.2f}",
        "oilWear": str(LITRES_PER_100_KM),
    }


def _iso_milliseconds(time: float) -> str:
    return datetime.fromtimestamp(round(time), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
