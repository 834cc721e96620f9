"""What was agreed of each polling method: the model of its items, and the fields that only some releases send. Pure."""

from collections.abc import Mapping
from typing import Final

from fleet.parser.contracts.base import Contract
from fleet.parser.contracts.events import CardRead
from fleet.parser.contracts.poll import ListedDevice, PolledAlarm, PolledLocation, TrackPoint
from fleet.parser.contracts.readings import PolledFault, PolledObd
from fleet.parser.contracts.reports import ChildAccount, Stop
from fleet.parser.contracts.trips import MileageTrip, ReportTrip

MODELS: Final[Mapping[str, type[Contract]]] = {
    "jimi.user.child.list": ChildAccount,
    "jimi.user.device.list": ListedDevice,
    "jimi.track.device.detail": ListedDevice,
    "jimi.user.device.location.list": PolledLocation,
    "jimi.device.location.get": PolledLocation,
    "jimi.device.track.list": TrackPoint,
    "jimi.device.track.mileage": MileageTrip,
    "jimi.open.platform.report.trips": ReportTrip,
    "jimi.open.platform.report.parking": Stop,
    "jimi.device.alarm.list": PolledAlarm,
    "jimi.device.obd.list": PolledObd,
    "jimi.device.obd.fault": PolledFault,
    "jimi.open.device.rfid.list": CardRead,
}
ENVELOPE: Final = frozenset({"code", "message", "result", "data"})
SOME_RELEASES: Final = frozenset({"altitude", "gpsMode", "maxSpeed", "geoid", "account"})
"""Fields that the vendor's releases have begun to send one after another: their absence is no news."""
