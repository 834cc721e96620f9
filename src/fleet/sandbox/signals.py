"""What devices say, before it is put into the vendor's words. Times are Unix seconds.

`gate_at` is when the vendor's gateway had it: later than `fixed_at` by a second or two, or by a whole
spell without signal (then `reupload` is true).
"""

from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum
from typing import Any


class Kind(StrEnum):
    """What is pushed and polled, by the names that the control API counts it under."""

    GPS = "gps"
    HEARTBEAT = "hb"
    ALARM = "alarm"
    EVENT = "event"
    OBD = "obd"
    FAULT = "fault"
    TRIP = "trip"
    OIL = "oil"
    TEMPERATURE = "tem"
    CELLS = "lbs"
    CARD = "rfid"
    MODULE = "wgtc"
    FILE = "fileupload"
    FTP_FILE = "ftpfileupload"
    RECORDING = "resourcelist"
    HUB_EVENT = "iothubevent"
    TERMINAL = "terminaltransinfo"
    PASS_THROUGH = "passthroughdata"  # noqa: S105
    COMMAND_ANSWER = "instructresponse"
    OFFLINE_ANSWER = "instructresponse_offline"
    FACES = "filecontent"
    EXTENDED = "extendedkks"
    UPLOAD = "uploadcallback"
    BLUETOOTH = "generalbusiness"
    # Family A, to an address of its own:
    PLATFORM_ALARM = "platform_alarm"
    RAW_ANSWER = "instruction_raw"
    # Only polled:
    DEVICE = "device"
    EXPIRED = "expired"
    PARKING = "parking"
    IDLING = "idling"
    TRIP_DAY = "trip_day"


class Source(IntEnum):
    """How a place was found, by the vendor's number."""

    GPS = 1
    LBS = 2


class AlarmCode(Enum):
    """The alarms that the fleet raises: (msgClass, alertType, alarmType of JT/T 808 classes)."""

    SOS = (0, 1, None)
    POWER_CUT = (0, 2, None)
    FENCE_IN = (0, 4, None)
    FENCE_OUT = (0, 5, None)
    OVERSPEED = (0, 6, None)
    PHONE_CALL = (0, 151, None)
    SMOKING = (0, 154, None)
    YAWNING = (0, 160, None)
    IGNITION_ON = (0, 254, None)
    IGNITION_OFF = (0, 255, None)
    RECORDER_TOO_CLOSE = (1, 264, 3)
    RECORDER_FATIGUE = (1, 265, 1)
    RECORDER_BRAKING = (1, 1025, None)


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
    files: tuple[str, ...] = ()

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


@dataclass(frozen=True, slots=True)
class Reading:
    """What an engine says about itself."""

    imei: str
    read_at: float
    gate_at: float
    odometer_m: float
    fuel_pct: int
    coolant_c: int
    voltage_v: float
    rpm: int
    speed_kmh: float

    kind = Kind.OBD


@dataclass(frozen=True, slots=True)
class Trouble:
    """A trouble code that an engine shows."""

    imei: str
    found_at: float
    gate_at: float
    code: str
    detail: str

    kind = Kind.FAULT


@dataclass(frozen=True, slots=True)
class Report:
    """Anything rarer, in the vendor's words from the beginning."""

    kind: Kind
    imei: str
    gate_at: float
    item: dict[str, Any]


Signal = Fix | Heartbeat | Alarm | Session | Reading | Trouble | Report
