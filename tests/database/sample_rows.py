"""What one sample a table comes to, written down by hand from the sample and the vendor's contract.

Columns that are null, the hash of the content, and where the row came from are left out.
"""

from typing import Any

VAN, CAM, OBD, BIKE = "869999050001018", "869999050001026", "869999050001034", "869999050001042"
DAY = "2026-07-14T"
Row = dict[str, Any]
# table → (sample, its rows)
SAMPLE_ROWS: dict[str, tuple[str, list[Row]]] = {
    "state.position_history": (
        "poll_device_track_list.json",
        [
            {
                "imei": VAN,
                "fixed_at": DAY + fixed_at,
                "lat": lat,
                "lon": lon,
                **({} if speed_kmh is None else {"speed_kmh": speed_kmh}),
                "heading_deg": heading_deg,
                "satellites": satellites,
                "ignition": ignition,
                "quality": quality,
                "reupload": reupload,
                "gate_at": "-infinity",
                "source_rank": 1,
            }
            for fixed_at, lat, lon, speed_kmh, heading_deg, satellites, ignition, quality, reupload in (
                ("05:31:05+00:00", -1.28333, 36.82194, 0, 274, 10, True, "gps", False),
                ("05:33:25+00:00", -1.27911, 36.81705, 41, 301, 11, True, "gps", False),
                ("05:35:55+00:00", -1.27402, 36.81133, None, 318, 0, True, "lbs", True),
                ("05:52:05+00:00", -1.26715, 36.80421, 0, 287, 11, False, "gps", False),
            )
        ],
    ),
    "state.live_positions": (
        "push_gps.form",
        [
            {
                "imei": VAN,
                "fixed_at": DAY + "05:33:25+00:00",
                "lat": -1.27911,
                "lon": 36.81705,
                "speed_kmh": 41,
                "heading_deg": 301,
                "altitude_m": 1683,
                "satellites": 11,
                "quality": "gps",
                "ignition": {"value": True, "as_of": DAY + "05:33:25+00:00"},
                "odometer_m": {"value": 48215210, "as_of": DAY + "05:33:25+00:00"},
                "good_fixed_at": DAY + "05:33:25+00:00",
                "good_speed_kmh": 41,
                "gate_at": DAY + "05:33:27+00:00",
                "source_rank": 2,
            },
            {
                "imei": OBD,
                "fixed_at": DAY + "05:33:24+00:00",
                "lat": 0.31552,
                "lon": 32.58112,
                "speed_kmh": 28,
                "heading_deg": 95,
                "altitude_m": 1189,
                "satellites": 9,
                "quality": "gps",
                "ignition": {"value": True, "as_of": DAY + "05:33:24+00:00"},
                "odometer_m": {"value": 91243800, "as_of": DAY + "05:33:24+00:00"},
                "good_fixed_at": DAY + "05:33:24+00:00",
                "good_speed_kmh": 28,
                "gate_at": DAY + "05:33:27+00:00",
                "source_rank": 2,
            },
        ],
    ),
    "state.heartbeats": (
        "push_hb.form",
        [
            {
                "imei": VAN,
                "beat_at": DAY + "05:31:00+00:00",
                "ignition": True,
                "battery_pct": 95,
                "gsm_pct": 80,
                "external_power": True,
                "source_rank": 2,
            }
        ],
    ),
    "state.alarms": (
        "push_alarm_remove.form",
        [
            {
                "imei": VAN,
                "raised_at": DAY + "05:40:10+00:00",
                "origin": "push",
                "class": "hub0",
                "code": "14",
                "cleared": True,
                "name": "Low external power",
                "lat": -1.27402,
                "lon": 36.81133,
                "source_rank": 2,
            }
        ],
    ),
    "state.devices": (
        "poll_track_device_detail.json",
        [
            {
                "imei": VAN,
                **{
                    column: {"value": value, "as_of": DAY + "06:29:58+00:00"}
                    for column, value in {
                        "name": "KDA 101A",
                        "plate": "KDA 101A",
                        "driver": "Amina Otieno",
                        "phone": "+254700000301",
                        "sim": "254700000201",
                        "model": "X3",
                        "device_group": "Nairobi installs",
                        "account": "demo_nairobi",
                        "expires_at": "2036-03-01T23:59:59Z",
                        "enabled": "true",
                    }.items()
                },
            }
        ],
    ),
    "state.reported_trips": (
        "poll_report_trips_list.json",
        [
            {
                "imei": VAN,
                "started_at": DAY + "05:31:05+00:00",
                "origin": "report",
                "ended_at": DAY + "05:52:05+00:00",
                "duration_s": 1260,
                "distance_m": 6842,
                "avg_speed_kmh": 19.55,
                "max_speed_kmh": 61,
                "start_lat": -1.28333,
                "start_lon": 36.82194,
                "end_lat": -1.26715,
                "end_lon": 36.80421,
                "start_odometer_m": 48213450,
                "end_odometer_m": 48220292,
                "fuel_l": 0.66,
                "fuel_l_per_100km": 9.6,
                "source_rank": 1,
            }
        ],
    ),
    "state.parking_events": (
        "poll_report_parking_off.json",
        [
            {
                "imei": VAN,
                "started_at": DAY + "05:52:05+00:00",
                "origin": "report",
                "engine": "off",
                "ended_at": DAY + "09:05:10+00:00",
                "duration_s": 11585,
                "lat": -1.26715,
                "lon": 36.80421,
                "address": "Demo Rd, Westlands, Nairobi, Kenya",
                "source_rank": 1,
            },
            {
                "imei": VAN,
                "started_at": DAY + "09:41:10+00:00",
                "origin": "report",
                "engine": "off",
                "ended_at": DAY + "11:02:40+00:00",
                "duration_s": 4890,
                "lat": -1.31922,
                "lon": 36.92571,
                "source_rank": 1,
            },
        ],
    ),
    "state.obd_readings": (
        "push_obd_guess.form",
        [
            {
                "imei": OBD,
                "read_at": DAY + "06:05:23+00:00",
                "origin": "push",
                "engine_rpm": 1875,
                "speed_kmh": 42,
                "coolant_c": 88,
                "fuel_pct": 54,
                "voltage_v": 14.1,
                "odometer_m": 91_244_000,
                "device_odometer_m": 3_021_700,
                "vin": "JTDEMO0000000303C",
                "source_rank": 2,
            }
        ],
    ),
    "state.fault_codes": (
        "poll_device_obd_fault.json",
        [
            {
                "imei": OBD,
                "seen_at": DAY + "06:06:00+00:00",
                "origin": "poll",
                "code": "P0128",
                "detail": "Coolant thermostat below regulating temperature",
                "source_rank": 1,
            }
        ],
    ),
    "state.fuel_readings": (
        "push_oil_guess.form",
        [{"imei": OBD, "read_at": DAY + "06:05:25+00:00", "unit": "1", "level": 43.5, "source_rank": 2}],
    ),
    "state.temperature_readings": (
        "push_tem_guess.form",
        [
            {
                "imei": CAM,
                "read_at": DAY + "06:05:25+00:00",
                "temperature_c": 4.6,
                "humidity_pct": 61,
                "source_rank": 2,
            }
        ],
    ),
    "state.lbs_readings": (
        "push_lbs.form",
        [
            {
                "imei": BIKE,
                "heard_at": DAY + "05:36:02+00:00",
                "quality": "lbs",
                "mcc": "639",
                "mnc": "2",
                "cells": [{"lac": 1201, "cell_id": 40511, "rssi": 62}, {"lac": 1201, "cell_id": 40512, "rssi": 55}],
                "source_rank": 2,
            }
        ],
    ),
    "state.device_events": (
        "push_fileupload.form",
        [
            {
                "imei": CAM,
                "happened_at": DAY + "05:21:10+00:00",
                "event": "file_upload_ended",
                "details": {"files": "EVENT_DEMO_0001_I.mp4;EVENT_DEMO_0001_O.mp4", "succeeded": True},
                "source_rank": 2,
            }
        ],
    ),
}
