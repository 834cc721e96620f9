"""What devices say, before it is put into the vendor's words. Times are Unix seconds.

`gate_at` is when the vendor's gateway had it: later than `fixed_at` by a second or two, or by a whole
spell without signal (then `reupload` is true).
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Kind(StrEnum):
    """What is pushed and polled, by the names that the control API counts it under."""

    GPS = "gps"
    HEARTBEAT = "hb"
    ALARM = "alarm"
    EVENT = "event"
    OBD = "obd"
    FAULT = "fault"
    TRIP = "trip"
    # Only polled:
    DEVICE = "device"
    EXPIRED = "expired"
    PARKING = "parking"
    TRIP_DAY = "trip_day"
    IDLING = "idling"


class Source(IntEnum):
    """How a place was found, by the vendor's number."""

    GPS = 1
    LBS = 2


class AlarmCode(IntEnum):
    """The alarms that the fleet raises (Jimi numbering, msgClass 0)."""

    SOS = 1
    POWER_CUT = 2
    FENCE_IN = 4
    FENCE_OUT = 5
    OVERSPEED = 6
    IGNITION_ON = 254
    IGNITION_OFF = 255


@dataclass(frozen=True, slots=True)
class Fix:
    """A position as the device measured it."""

    imei: str
    fixed_at: float
    gate_at: float
    lat: float
    lon: float
    speed_kmh: float
    heading_deg: float
    ignition: bool
    satellites: int
    altitude_m: int
    odometer_m: float
    source: Source
    reupload: bool = False

    kind = Kind.GPS


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A sign of life with the state of power and radio."""

    imei: str
    gate_at: float
    ignition: bool
    battery_pct: int
    gsm_pct: int
    external_power: bool

    kind = Kind.HEARTBEAT


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something worth telling at once, with the fix at which it happened."""

    code: AlarmCode
    fix: Fix
    gate_at: float
    value: int | None = None

    kind = Kind.ALARM

    @property
    def imei(self) -> str:
        return self.fix.imei


@dataclass(frozen=True, slots=True)
class Session:
    """A device signed in to the gateway, or the gateway gave it up."""

    imei: str
    gate_at: float
    online: bool

    kind = Kind.EVENT


Signal = Fix | Heartbeat | Alarm | Session
