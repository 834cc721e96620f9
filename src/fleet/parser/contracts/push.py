"""What the vendor pushes: IoT Hub items (family B) and Tracksolid Pro messages (family A)."""

from typing import Annotated, Final

from fleet.parser.contracts.base import Contract, Spellings, spelled
from fleet.parser.contracts.fields import (
    AltitudeM,
    Degrees,
    Flag,
    HeadingDeg,
    Imei,
    Instant,
    Percent,
    Quality,
    Satellites,
    SideInstant,
    SpeedKmh,
    StatusBits,
    Text,
    Volts,
)
from fleet.parser.contracts.units import in_metres

_POSITION: Final[Spellings] = {
    "imei": ("deviceImei", "imei"),
    "gate_at": ("gateTime",),
    "lat": ("lat", "latitude"),
    "lon": ("lng", "longitude", "lon"),
    "speed_kmh": ("gpsSpeed", "speed"),
    "heading_deg": ("direction", "heading"),
    "altitude_m": ("altitude",),
    "satellites": ("satelliteNum", "gpsNum", "satellite"),
    "ignition": ("acc", "accStatus"),
    "quality": ("postType", "posType"),
    "reupload": ("gpsMode",),
}
_GPS: Final[Spellings] = {
    **_POSITION,
    "fixed_at": ("gpsTime",),
    "odometer_m": ("distance",),
    "status_bits": ("status",),
}
_HEARTBEAT: Final[Spellings] = {
    "imei": ("deviceImei", "imei"),
    "gate_at": ("gateTime",),
    "ignition": ("acc", "accStatus"),
    "battery_pct": ("powerLevel", "battery"),
    "gsm_pct": ("gsmSign",),
    "external_power": ("powerStatus",),
    "voltage_v": ("voltage",),
}
_HUB_ALARM: Final[Spellings] = {
    **_POSITION,
    "imei": ("imei", "deviceImei"),
    "identified_by": ("type",),
    "message_class": ("msgClass",),
    "code": ("alertType",),
    "sub_code": ("alarmType",),
    "cleared_code": ("removeAlarmType",),
    "raised_at": ("alarmTime",),
}
_PLATFORM_ALARM: Final[Spellings] = {
    "imei": ("imei", "deviceImei"),
    "code": ("alarmType",),
    "name": ("alarmName",),
    "raised_at": ("alarmTime",),
    "lat": ("lat", "latitude"),
    "lon": ("lng", "longitude", "lon"),
}


class PushedPosition(Contract):
    """Where a device says it is, in whatever push."""

    imei: Imei = None
    gate_at: SideInstant = None
    lat: Degrees = None
    lon: Degrees = None
    speed_kmh: SpeedKmh = None
    heading_deg: HeadingDeg = None
    altitude_m: AltitudeM = None
    satellites: Satellites = None
    ignition: Flag = None
    quality: Quality = "gps"
    reupload: Flag = None


class PushedGps(PushedPosition):
    """An item of /pushgps: times UTC, `gpsTime` by the device's clock, `distance` an odometer in metres."""

    model_config = spelled(_GPS)
    fixed_at: Instant = None
    odometer_m: Annotated[float | None, in_metres("pushgps", "distance")] = None
    status_bits: StatusBits = None


class PushedHeartbeat(Contract):
    """An item of /pushhb."""

    model_config = spelled(_HEARTBEAT)
    imei: Imei = None
    gate_at: Instant = None
    ignition: Flag = None
    battery_pct: Percent = None
    gsm_pct: Percent = None
    external_power: Flag = None
    voltage_v: Volts = None


class HubAlarm(PushedPosition):
    """An item of /pushalarm with the members of its `msg` beside its own."""

    model_config = spelled(_HUB_ALARM)
    identified_by: Text = None
    message_class: Text = None
    code: Text = None
    sub_code: Text = None
    cleared_code: Text = None
    raised_at: Instant = None


class PlatformAlarm(Contract):
    """The message `jimi.push.device.alarm`; its zone is not documented, UTC is assumed."""

    model_config = spelled(_PLATFORM_ALARM)
    imei: Imei = None
    code: Text = None
    name: Text = None
    raised_at: Instant = None
    lat: Degrees = None
    lon: Degrees = None
