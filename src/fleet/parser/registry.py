"""Which reader makes facts of which topic. A new kind is one small module and one line here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from fleet.model import Fact
from fleet.parser.alarms import hub_alarm, platform_alarm, polled_alarm
from fleet.parser.device_list import listed_device, listing_completed
from fleet.parser.envelope import Items, poll_items, push_items
from fleet.parser.heartbeats import pushed_heartbeat
from fleet.parser.intake import Intake, Reader
from fleet.parser.positions import polled_location, pushed_fix, track_point
from fleet.parser.vehicles import csv_rows, listed_vehicle


@dataclass(frozen=True, slots=True)
class Route:
    """How a body is opened, how each item of it is read, and what the body as a whole says."""

    items: Callable[[bytes], Items | None]
    read: Reader
    summary: Callable[[int, Intake], Iterator[Fact]] | None = None


ROUTES: Final = {
    ("jimi.push", "pushgps"): Route(push_items, pushed_fix),
    ("jimi.push", "pushhb"): Route(push_items, pushed_heartbeat),
    ("jimi.push", "pushalarm"): Route(push_items, hub_alarm),
    ("jimi.push", "jimi.push.device.alarm"): Route(push_items, platform_alarm),
    ("jimi.poll", "jimi.user.device.location.list"): Route(poll_items, polled_location),
    ("jimi.poll", "jimi.device.location.get"): Route(poll_items, polled_location),
    ("jimi.poll", "jimi.device.track.list"): Route(poll_items, track_point),
    ("jimi.poll", "jimi.device.alarm.list"): Route(poll_items, polled_alarm),
    ("jimi.poll", "jimi.user.device.list"): Route(poll_items, listed_device, listing_completed),
    ("jimi.poll", "jimi.track.device.detail"): Route(poll_items, listed_device),
    ("csv", "vehicles"): Route(csv_rows, listed_vehicle),
}

WITHOUT_FACTS: Final = {
    "jimi.push": frozenset(
        {
            "probe",
            "generalbusiness",
            "jimi.open.instruction.raw.receive",
            "pushevent",
            "pushextendedkks",
            "pushfaultinfo",
            "pushfilecontent",
            "pushfileupload",
            "pushftpfileupload",
            "pushinstructresponse",
            "pushiothubevent",
            "pushlbs",
            "pushobd",
            "pushoil",
            "pushpassthroughdata",
            "pushresourcelist",
            "pushtem",
            "pushterminaltransinfo",
            "pushtripreport",
            "rfid",
            "uploadcallback",
            "wgtc",
        }
    ),
    "jimi.poll": frozenset(
        {
            "jimi.device.obd.fault",
            "jimi.device.obd.list",
            "jimi.device.track.mileage",
            "jimi.open.device.rfid.list",
            "jimi.open.platform.report.parking",
            "jimi.open.platform.report.trips",
            "jimi.user.child.list",
        }
    ),
}
"""Topics of the contract that no kind reads yet: kept in the log, neither facts nor rejections."""
