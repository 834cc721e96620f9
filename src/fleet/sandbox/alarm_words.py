"""Alarms in the vendor's words: as devices push them, and by the platform's codes. Pure."""

from typing import Any

from fleet.sandbox.signals import Alarm, AlarmCode
from fleet.sandbox.vendor_time import utc_text

# How the platform, as against the device, names the fleet's alarms: (alertTypeId, alarmTypeName).
PLATFORM_ALARMS = {
    AlarmCode.SOS: ("1", "SOS"),
    AlarmCode.POWER_CUT: ("2", "Power cut off"),
    AlarmCode.FENCE_IN: ("in", "Depot"),
    AlarmCode.FENCE_OUT: ("out", "Depot"),
    AlarmCode.OVERSPEED: ("overSpeed", "Overspeed alert"),
    AlarmCode.PHONE_CALL: ("151", "Phone call"),
    AlarmCode.SMOKING: ("154", "Smoking"),
    AlarmCode.YAWNING: ("160", "Yawning"),
    AlarmCode.IGNITION_ON: ("ACC_ON", "ACC on"),
    AlarmCode.IGNITION_OFF: ("ACC_OFF", "ACC off"),
    AlarmCode.RECORDER_TOO_CLOSE: ("206", "Vehicle too close"),
    AlarmCode.RECORDER_FATIGUE: ("208", "Fatigue warning (DMS)"),
    AlarmCode.RECORDER_BRAKING: ("145", "Sudden deceleration (DVR)"),
}

_DIGITS_ONLY = str.maketrans("", "", "-: ")


def alarm_item(alarm: Alarm) -> dict[str, Any]:
    """An item of /pushalarm."""
    fix = alarm.fix
    message_class, alert_type, _ = alarm.code.value
    message: dict[str, Any] = {
        "alertType": alert_type,
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
    if alarm.files:
        message["file"] = ",".join(alarm.files)
    return {
        "type": "DEVICE",
        "msgClass": message_class,
        "imei": alarm.imei,
        "gateTime": utc_text(alarm.gate_at),
        "msg": message | (_recorder_s_own(alarm) if message_class else {}),
    }


def _recorder_s_own(alarm: Alarm) -> dict[str, Any]:
    """What JT/T 808 adds."""
    stamp = utc_text(alarm.fix.fixed_at)
    own = {
        "alarmLevel": 2,
        "alarmStatus": 1,
        "alarmLabel": f"DEMO{alarm.imei[-6:]}{stamp.translate(_DIGITS_ONLY)}",
        "alarmSerialNo": int(alarm.fix.fixed_at) % 256,
        "standardAlarmValue": 0,
        "carSpeed": round(alarm.fix.speed_kmh),
    }
    sub_type = alarm.code.value[2]
    return own if sub_type is None else own | {"alarmType": sub_type}
