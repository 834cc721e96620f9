"""Signals in the words of the vendor's push (IoT Hub, family B). Pure."""

from collections.abc import Callable
from typing import Any

from fleet.sandbox.alarm_words import alarm_item
from fleet.sandbox.engine_words import reading_item, trouble_item
from fleet.sandbox.signals import (
    Alarm,
    Fix,
    Heartbeat,
    Kind,
    Reading,
    Report,
    Session,
    Signal,
    Source,
    Trouble,
)
from fleet.sandbox.vendor_time import utc_text

PATHS = {
    Kind.EVENT: "pushevent",
    Kind.GPS: "pushgps",
    Kind.ALARM: "pushalarm",
    Kind.HEARTBEAT: "pushhb",
    Kind.OBD: "pushobd",
    Kind.FAULT: "pushfaultinfo",
    Kind.TRIP: "pushtripreport",
    Kind.OIL: "pushoil",
    Kind.TEMPERATURE: "pushtem",
    Kind.CELLS: "pushlbs",
    Kind.CARD: "rfid",
    Kind.MODULE: "wgtc",
    Kind.FILE: "pushfileupload",
    Kind.FTP_FILE: "pushftpfileupload",
    Kind.RECORDING: "pushresourcelist",
    Kind.HUB_EVENT: "pushIothubEvent",
    Kind.TERMINAL: "pushTerminalTransInfo",
    Kind.PASS_THROUGH: "pushPassThroughData",
    Kind.COMMAND_ANSWER: "pushInstructResponse",
    Kind.OFFLINE_ANSWER: "pushInstructResponse",
    Kind.FACES: "pushFileContent",
    Kind.EXTENDED: "pushextendedkks",
    Kind.UPLOAD: "uploadCallback",
    Kind.BLUETOOTH: "generalBusiness",
}
# Family A goes to one address and is told apart by its msgType.
MESSAGE_TYPES = {
    Kind.PLATFORM_ALARM: "jimi.push.device.alarm",
    Kind.RAW_ANSWER: "jimi.open.instruction.raw.receive",
}
# These bodies are no lists: one item each, its members in the form itself.
FLAT = frozenset({Kind.OFFLINE_ANSWER, Kind.UPLOAD})
FORM_EXTRAS = {Kind.COMMAND_ANSWER: {"msgType": "1"}}

STATUS_IGNITION = 1 << 0
STATUS_POSITIONED = 1 << 1
STATUS_SOUTH = 1 << 2
STATUS_GPS = 1 << 18


def push_item(signal: Signal) -> dict[str, Any]:
    """One element of `data_list`."""
    if isinstance(signal, Report):
        return signal.item
    return _WORDS[type(signal)](signal)


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


def _event(session: Session) -> dict[str, Any]:
    return {
        "deviceImei": session.imei,
        "type": "LOGIN" if session.online else "LOGOUT",
        "gateTime": utc_text(session.gate_at),
        "timezone": "GMT+03:00",
    }


_WORDS: dict[type, Callable[[Any], dict[str, Any]]] = {
    Fix: _gps,
    Heartbeat: _heartbeat,
    Alarm: alarm_item,
    Session: _event,
    Reading: reading_item,
    Trouble: trouble_item,
}
