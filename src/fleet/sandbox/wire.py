"""Signals in the words of the vendor's push (IoT Hub, family B). Pure."""

from datetime import UTC, datetime
from typing import Any

from fleet.sandbox.signals import Alarm, AlarmCode, Fix, Heartbeat, Kind, Session, Signal, Source

PATHS = {Kind.EVENT: "pushevent", Kind.GPS: "pushgps", Kind.ALARM: "pushalarm", Kind.HEARTBEAT: "pushhb"}

# How the platform, as against the device, names the fleet's alarms: (alertTypeId, alarmTypeName).
PLATFORM_ALARMS = {
    AlarmCode.SOS: ("1", "SOS"),
    AlarmCode.POWER_CUT: ("2", "Power cut off"),
    AlarmCode.FENCE_IN: ("in", "Depot"),
    AlarmCode.FENCE_OUT: ("out", "Depot"),
    AlarmCode.OVERSPEED: ("overSpeed", "Overspeed alert"),
    AlarmCode.IGNITION_ON: ("ACC_ON", "ACC on"),
    AlarmCode.IGNITION_OFF: ("ACC_OFF", "ACC off"),
}

STATUS_IGNITION = 1 << 0
STATUS_POSITIONED = 1 << 1
STATUS_SOUTH = 1 << 2
STATUS_GPS = 1 << 18


def utc_text(time: float) -> str:
    """The vendor's time: UTC without a zone, whole seconds."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S")


def push_item(signal: Signal) -> dict[str, Any]:
    """One element of `data_list`."""
    match signal:
        case Fix():
            return _gps(signal)
        case Heartbeat():
            return _heartbeat(signal)
        case Alarm():
            return _alarm(signal)
        case Session():
            return _event(signal)


def _gps(fix: Fix) -> dict[str, Any]:
    return {
        "deviceImei": fix.imei,
        "gpsTime": utc_text(fix.fixed_at),
        "gateTime": utc_text(fix.gate_at),
        "satelliteNum": fix.satellites,
        "lng": fix.lon,
        "lat": fix.lat,
        "gpsMode": int(fix.reupload),
        "gpsSpeed": round(fix.speed_kmh),
        "direction": round(fix.heading_deg) % 360,
        "acc": int(fix.ignition),
        "postType": int(fix.source),
        "altitude": fix.altitude_m,
        "status": _status(fix),
        "distance": round(fix.odometer_m),
        "postMethod": 27 if fix.reupload else 0,
    }


def _status(fix: Fix) -> int:
    bits = STATUS_POSITIONED
    bits |= STATUS_IGNITION if fix.ignition else 0
    bits |= STATUS_SOUTH if fix.lat < 0 else 0
    return bits | (STATUS_GPS if fix.source is Source.GPS else 0)


def _heartbeat(beat: Heartbeat) -> dict[str, Any]:
    return {
        "deviceImei": beat.imei,
        "gateTime": utc_text(beat.gate_at),
        "powerLevel": beat.battery_pct,
        "gsmSign": beat.gsm_pct,
        "acc": int(beat.ignition),
        "oilEle": 0,
        "gpsPos": 1,
        "remoteLock": 0,
        "powerStatus": int(beat.external_power),
        "fortify": 0,
    }


def _alarm(alarm: Alarm) -> dict[str, Any]:
    fix = alarm.fix
    message: dict[str, Any] = {
        "alertType": int(alarm.code),
        "alarmTime": utc_text(fix.fixed_at),
        "lat": fix.lat,
        "lng": fix.lon,
        "gpsSpeed": round(fix.speed_kmh),
        "direction": round(fix.heading_deg) % 360,
        "altitude": fix.altitude_m,
        "satelliteNum": fix.satellites,
        "gpsMode": int(fix.reupload),
    }
    if alarm.value is not None:
        message["alertValue"] = alarm.value
    return {
        "type": "DEVICE",
        "msgClass": 0,
        "imei": alarm.imei,
        "gateTime": utc_text(alarm.gate_at),
        "msg": message,
    }


def _event(session: Session) -> dict[str, Any]:
    return {
        "deviceImei": session.imei,
        "type": "LOGIN" if session.online else "LOGOUT",
        "gateTime": utc_text(session.gate_at),
        "timezone": "GMT+03:00",
    }
