"""Which reader makes facts of which topic. A new kind is one small module and one line here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from fleet.model import Fact
from fleet.parser import events, ops
from fleet.parser.accounts import listed_account
from fleet.parser.alarms import hub_alarm, platform_alarm, polled_alarm
from fleet.parser.cells import pushed_cells
from fleet.parser.contracts.base import names_read
from fleet.parser.contracts.imports import CostCentreRow, RosterRow, VehicleRow
from fleet.parser.cost_centres import listed_cost_centre
from fleet.parser.csv_table import CsvTable
from fleet.parser.device_list import listed_device, listing_completed
from fleet.parser.envelope import Items, data_items, flat_push_items, poll_items, push_items
from fleet.parser.fuel_fills import fill_items, fuel_fill
from fleet.parser.heartbeats import pushed_heartbeat
from fleet.parser.intake import Intake, Reader
from fleet.parser.positions import polled_location, pushed_fix, track_point
from fleet.parser.readings import (
    polled_fault,
    polled_obd,
    pushed_fault,
    pushed_fuel,
    pushed_obd,
    pushed_temperature,
)
from fleet.parser.roster import roster_items, roster_row
from fleet.parser.stops import reported_stop
from fleet.parser.trips import mileage_trip, pushed_trip, report_trip
from fleet.parser.vehicles import listed_vehicle


@dataclass(frozen=True, slots=True)
class Route:
    """How a body is opened, how each item of it is read, and what the body as a whole says."""

    items: Callable[[bytes], Items | None]
    read: Reader
    summary: Callable[[int, Intake], Iterator[Fact]] | None = None


CSV_TABLES: Final = {
    "vehicles": CsvTable("plate", names_read(VehicleRow)),
    "drivers": CsvTable("driver", names_read(RosterRow)),
    "cost_centres": CsvTable("cost_centre", names_read(CostCentreRow)),
}

ROUTES: Final = {
    ("jimi.push", "pushgps"): Route(push_items, pushed_fix),
    ("jimi.push", "pushhb"): Route(push_items, pushed_heartbeat),
    ("jimi.push", "pushalarm"): Route(push_items, hub_alarm),
    ("jimi.push", "jimi.push.device.alarm"): Route(push_items, platform_alarm),
    ("jimi.push", "pushevent"): Route(push_items, events.connection),
    ("jimi.push", "pushiothubevent"): Route(push_items, events.hub_event),
    ("jimi.push", "pushfileupload"): Route(push_items, events.file_upload),
    ("jimi.push", "pushftpfileupload"): Route(push_items, events.ftp_upload),
    ("jimi.push", "uploadcallback"): Route(flat_push_items, events.upload_callback),
    ("jimi.push", "pushresourcelist"): Route(push_items, events.recording),
    ("jimi.push", "pushinstructresponse"): Route(push_items, events.command_answer),
    ("jimi.push", "jimi.open.instruction.raw.receive"): Route(push_items, events.command_answer),
    ("jimi.push", "rfid"): Route(push_items, events.card_read),
    ("jimi.push", "pushterminaltransinfo"): Route(push_items, events.transparent),
    ("jimi.push", "pushpassthroughdata"): Route(push_items, events.transparent),
    ("jimi.push", "wgtc"): Route(push_items, events.transparent),
    ("jimi.push", "pushobd"): Route(push_items, pushed_obd),
    ("jimi.push", "pushfaultinfo"): Route(push_items, pushed_fault),
    ("jimi.push", "pushtripreport"): Route(push_items, pushed_trip),
    ("jimi.push", "pushoil"): Route(push_items, pushed_fuel),
    ("jimi.push", "pushtem"): Route(push_items, pushed_temperature),
    ("jimi.push", "pushlbs"): Route(push_items, pushed_cells),
    ("jimi.poll", "jimi.user.device.location.list"): Route(poll_items, polled_location),
    ("jimi.poll", "jimi.device.location.get"): Route(poll_items, polled_location),
    ("jimi.poll", "jimi.device.track.list"): Route(poll_items, track_point),
    ("jimi.poll", "jimi.device.alarm.list"): Route(poll_items, polled_alarm),
    ("jimi.poll", "jimi.user.device.list"): Route(poll_items, listed_device, listing_completed),
    ("jimi.poll", "jimi.track.device.detail"): Route(poll_items, listed_device),
    ("jimi.poll", "jimi.user.child.list"): Route(poll_items, listed_account),
    ("jimi.poll", "jimi.device.track.mileage"): Route(poll_items, mileage_trip),
    ("jimi.poll", "jimi.open.platform.report.trips"): Route(data_items("dayList", "tripsData", "dayData"), report_trip),
    ("jimi.poll", "jimi.open.platform.report.parking"): Route(data_items("rows"), reported_stop),
    ("jimi.poll", "jimi.device.obd.list"): Route(data_items("result"), polled_obd),
    ("jimi.poll", "jimi.device.obd.fault"): Route(data_items("result"), polled_fault),
    ("jimi.poll", "jimi.open.device.rfid.list"): Route(data_items("result"), events.polled_card_read),
    ("csv", "vehicles"): Route(CSV_TABLES["vehicles"].items, listed_vehicle),
    ("csv", "drivers"): Route(CSV_TABLES["drivers"].items, roster_row),
    ("csv", "cost_centres"): Route(CSV_TABLES["cost_centres"].items, listed_cost_centre),
    ("hr", "hr"): Route(roster_items, roster_row),
    ("fuel", "fuel"): Route(fill_items, fuel_fill),
    **{("ops", topic): Route(ops.statement, read) for topic, read in ops.READERS.items()},
}

_NO_FIELDS_KNOWN: Final = "no source shows its fields"
_NO_TELEMETRY: Final = "administration of the upstream, nothing that a vehicle did"
_LINKS: Final = "links that expire"

WITHOUT_FACTS: Final[Mapping[str, Mapping[str, str]]] = {
    "jimi.push": {
        "probe": "it carries no message",
        "generalbusiness": _NO_FIELDS_KNOWN,
        "pushextendedkks": _NO_FIELDS_KNOWN,
        "pushfilecontent": _NO_FIELDS_KNOWN,
    },
    "jimi.poll": {
        "jimi.device.jimi.media.url": _LINKS,
        "jimi.device.live.page.url": _LINKS,
        "jimi.device.location.url.share": _LINKS,
        "jimi.device.media.event.url": _LINKS,
        "jimi.device.media.live.stream": _LINKS,
        "jimi.device.media.history.list.get": _NO_TELEMETRY,
        "jimi.device.meida.cmd.send": _NO_TELEMETRY,
        "jimi.device.group.list": _NO_TELEMETRY,
        "jimi.open.device.fence.create": _NO_TELEMETRY,
        "jimi.open.device.move": _NO_TELEMETRY,
        "jimi.open.instruction.list": _NO_TELEMETRY,
        "jimi.open.instruction.result": _NO_TELEMETRY,
        "jimi.open.instruction.send": _NO_TELEMETRY,
        "jimi.open.platform.fence.bind": _NO_TELEMETRY,
        "jimi.open.platform.fence.create": _NO_TELEMETRY,
        "jimi.open.platform.fence.list": _NO_TELEMETRY,
        "jimi.open.platform.report.fence.duration": "our own fences give it for every vehicle",
    },
}
"""Topics of the contract that give no facts, and why: kept in the log, neither facts nor rejections."""
