"""What the polling methods answer, item by item."""

from typing import Annotated, Final

from fleet.parser.contracts.base import Contract, Spellings, spelled
from fleet.parser.contracts.fields import (
    AltitudeM,
    Degrees,
    Flag,
    HeadingDeg,
    Imei,
    Instant,
    Measure,
    Percent,
    Quality,
    Satellites,
    SideInstant,
    SpeedKmh,
    Text,
    Volts,
)
from fleet.parser.contracts.units import in_metres

LOCATION_LIST: Final = "jimi.user.device.location.list"
DEVICE_DETAIL: Final = "jimi.track.device.detail"

_POSITION: Final[Spellings] = {
    "imei": ("imei", "deviceImei"),
    "lat": ("lat", "latitude"),
    "lon": ("lng", "longitude", "lon"),
    "fixed_at": ("gpsTime",),
    "speed_kmh": ("speed", "gpsSpeed"),
    "heading_deg": ("direction", "heading"),
    "ignition": ("accStatus", "acc", "ignition"),
    "quality": ("posType", "postType"),
    "satellites": ("gpsNum", "satelliteNum", "satellite"),
}
_LOCATION: Final[Spellings] = {
    **_POSITION,
    "valid": ("expireFlag",),
    "heard_at": ("hbTime",),
    "odometer_m": ("currentMileage",),
    "battery_pct": ("electQuantity", "elecQuantity"),
    "voltage_v": ("powerValue",),
}
_TRACK: Final[Spellings] = {**_POSITION, "altitude_m": ("altitude",), "reupload": ("gpsMode",)}
_ALARM: Final[Spellings] = {
    "imei": ("imei", "deviceImei"),
    "code": ("alertTypeId", "alarmType", "alertType"),
    "name": ("alarmTypeName", "alertTypeName", "alarmName"),
    "raised_at": ("alertTime", "alarmTime"),
    "fixed_at": ("positioningTime",),
    "lat": ("lat", "latitude"),
    "lon": ("lng", "longitude", "lon"),
    "speed_kmh": ("speed", "gpsSpeed"),
}
_DEVICE: Final[Spellings] = {
    "imei": ("imei", "deviceImei"),
    "name": ("deviceName",),
    "plate": ("vehicleNumber", "licensePlatNo"),
    "driver": ("driverName",),
    "phone": ("driverPhone",),
    "sim": ("sim",),
    "model": ("mcType",),
    "group": ("deviceGroup",),
    "account": ("account",),
    "expires_at": ("expiration",),
    "enabled": ("enabledFlag",),
    "iccid": ("iccid",),
    "vin": ("vin", "VIN", "carFrame"),
    "fuel_l_per_100km": ("fuel_100km",),
    "odometer_m": ("currentMileage",),
}


class PolledPosition(Contract):
    """Where a device was, in whatever answer; `gpsTime` is UTC by the device's clock."""

    imei: Imei = None
    lat: Degrees = None
    lon: Degrees = None
    fixed_at: Instant = None
    speed_kmh: SpeedKmh = None
    heading_deg: HeadingDeg = None
    ignition: Flag = None
    quality: Quality = "gps"
    satellites: Satellites = None


class PolledLocation(PolledPosition):
    """A row of user.device.location.list and device.location.get. `expireFlag` 1 means *not* expired."""

    model_config = spelled(_LOCATION)
    valid: Flag = None
    heard_at: SideInstant = None
    odometer_m: Annotated[float | None, in_metres(LOCATION_LIST, "currentMileage")] = None
    battery_pct: Percent = None
    voltage_v: Volts = None


class TrackPoint(PolledPosition):
    """A row of device.track.list; the device is named by the request alone."""

    model_config = spelled(_TRACK)
    altitude_m: AltitudeM = None
    reupload: Flag = None


class PolledAlarm(Contract):
    """A row of device.alarm.list; its position has a time of its own."""

    model_config = spelled(_ALARM)
    imei: Imei = None
    code: Text = None
    name: Text = None
    raised_at: Instant = None
    fixed_at: SideInstant = None
    lat: Degrees = None
    lon: Degrees = None
    speed_kmh: SpeedKmh = None


class ListedDevice(Contract):
    """A row of user.device.list, or the one object of track.device.detail."""

    model_config = spelled(_DEVICE)
    imei: Imei = None
    name: Text = None
    plate: Text = None
    driver: Text = None
    phone: Text = None
    sim: Text = None
    model: Text = None
    group: Text = None
    account: Text = None
    expires_at: SideInstant = None
    enabled: Flag = None
    iccid: Text = None
    vin: Text = None
    fuel_l_per_100km: Annotated[float | None, Measure(0.1, 200)] = None
    odometer_m: Annotated[float | None, in_metres(DEVICE_DETAIL, "currentMileage")] = None
