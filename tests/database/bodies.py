"""What devices, the vendor and imports say, and the bodies in which it may reach us."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

import orjson
from hypothesis import strategies as st

from database.facts import IMEIS, INSTANTS, NOON
from fleet.model import Raw
from fleet.parser import Limits, parse

LIMITS = Limits(NOON - timedelta(days=90), timedelta(minutes=10))
CSV_COLUMNS = ("plate", "imei", "device_class", "cost_centre", "city", "driver", "driver_phone")


@dataclass(frozen=True)
class Statement:
    """One item and the address it comes to; items of one address may share a body."""

    source: str
    topic: str
    asked_at: datetime | None
    item: dict[str, Any]

    @property
    def address(self) -> tuple[str, str, datetime | None]:
        return self.source, self.topic, self.asked_at


def said(source: str, topic: str, required: dict[str, Any], optional: dict[str, Any], asked: bool = False) -> Any:
    """A strategy of statements."""
    items = st.fixed_dictionaries(required, optional=optional)
    moments: Any = INSTANTS if asked else st.none()
    return st.builds(Statement, st.just(source), st.just(topic), moments, items)


TIMES = INSTANTS.map(lambda moment: f"{moment:%Y-%m-%d %H:%M:%S}")
GATES = st.sampled_from(["2026-11-20 09:00:01", "2026-11-20 09:02:00"])
LATITUDES = st.sampled_from([-1.25, "-1.250000", 0.5])
PUSHED_FIX = said(
    "jimi.push",
    "pushgps",
    {"deviceImei": IMEIS, "gpsTime": TIMES, "gateTime": GATES, "lat": LATITUDES, "lng": st.just(36.5)},
    {
        "gpsSpeed": st.sampled_from([0, "60", ""]),
        "acc": st.sampled_from([0, 1, ""]),
        "postType": st.sampled_from([1, 2, 3]),
        "distance": st.sampled_from([1000, ""]),
        "gpsMode": st.just(1),
    },
)
LOST_PLACE = said(
    "jimi.push",
    "pushgps",
    {"deviceImei": IMEIS, "gpsTime": TIMES, "gateTime": GATES, "lat": st.just(0), "lng": st.just(0)},
    {},
)
POLLED_FIX = said(
    "jimi.poll",
    "jimi.user.device.location.list",
    {"imei": IMEIS, "gpsTime": TIMES, "lat": LATITUDES, "lng": st.just(36.5)},
    {
        "hbTime": TIMES,
        "speed": st.sampled_from(["0", "60", None]),
        "accStatus": st.sampled_from(["1", "0", None]),
        "posType": st.sampled_from(["GPS", "LBS", None]),
        "currentMileage": st.sampled_from(["1.0", None]),
        "electQuantity": st.just("50"),
    },
    asked=True,
)
BEAT = said(
    "jimi.push",
    "pushhb",
    {"deviceImei": IMEIS, "gateTime": GATES},
    {"acc": st.sampled_from([0, 1, ""]), "powerLevel": st.sampled_from([50, ""]), "gsmSign": st.just(80)},
)
ALARM = said(
    "jimi.push",
    "pushalarm",
    {"imei": IMEIS, "alarmTime": TIMES, "alertType": st.sampled_from(["1", "3"]), "msgClass": st.just(0)},
    {"lat": st.just(-1.25), "lng": st.just(36.5), "gpsSpeed": st.sampled_from([0, 30]), "gateTime": GATES},
)
LISTED = said(
    "jimi.poll",
    "jimi.user.device.list",
    {"imei": IMEIS},
    {
        "deviceName": st.sampled_from(["A", "B", "", None]),
        "vehicleNumber": st.sampled_from(["KDA 001A", "KDB 002B", None]),
        "driverName": st.sampled_from(["Amina", ""]),
        "account": st.sampled_from(["north", "south"]),
        "enabledFlag": st.sampled_from([0, 1]),
    },
    asked=True,
)
VEHICLE = said(
    "csv",
    "vehicles",
    {"plate": st.sampled_from(["KDA 001A", "kda001a", "KDB-002B"])},
    {
        "imei": IMEIS | st.just(""),
        "device_class": st.sampled_from(["tracker", "camera"]),
        "cost_centre": st.sampled_from(["Fibre", "Power", ""]),
        "city": st.sampled_from(["Nairobi", "Kampala", ""]),
        "driver": st.sampled_from(["Amina", "Brian", ""]),
        "driver_phone": st.sampled_from(["+254700000001", "+254700000002"]),
    },
    asked=True,
)
PUSHED = {"deviceImei": IMEIS, "gateTime": GATES}
ENDS = st.sampled_from(["2026-11-20 09:04:00", "2026-11-20 09:04:30"])
PUSHED_TRIP = said(
    "jimi.push", "pushtripreport", {**PUSHED, "startTime": TIMES}, {"endTime": ENDS, "distance": st.just(12480)}
)
POLLED_TRIP = said(
    "jimi.poll",
    "jimi.device.track.mileage",
    {"imei": IMEIS, "startTime": TIMES},
    {"endTime": ENDS, "distance": st.sampled_from(["12480", ""]), "runTimeSecond": st.sampled_from([120, 180])},
    asked=True,
)
STOP = said(
    "jimi.poll",
    "jimi.open.platform.report.parking",
    {"imei": IMEIS, "startTime": TIMES},
    {
        "endTime": ENDS,
        "acc": st.sampled_from(["on", "off", ""]),
        "durSecond": st.sampled_from(["60", "120"]),
        "addr": st.sampled_from(["Demo Rd", ""]),
    },
    asked=True,
)
PUSHED_ENGINE = said(
    "jimi.push",
    "pushobd",
    {**PUSHED, "currentRPM": st.sampled_from(["1875", 2010])},
    {"dataReportTime": TIMES, "vin": st.just("JTDEMO0000000303C")},
)
POLLED_ENGINE = said(
    "jimi.poll",
    "jimi.device.obd.list",
    {"imei": IMEIS, "dataReportTime": TIMES, "currentRPM": st.sampled_from(["1875", 2010])},
    {},
    asked=True,
)
FAULT = said("jimi.push", "pushfaultinfo", {**PUSHED, "faultCode": st.sampled_from(["P0128", "u0100"])}, {})
FUEL = said(
    "jimi.push", "pushoil", {**PUSHED, "value": st.sampled_from(["43.5", 44])}, {"unit": st.sampled_from([1, "%", "L"])}
)
TEMPERATURE = said("jimi.push", "pushtem", {**PUSHED, "temperature": st.sampled_from(["4.6", "-18"])}, {})
CELLS = said(
    "jimi.push",
    "pushlbs",
    {**PUSHED, "lbsJson": st.just('{"mcc":"639","cellList":"1201,40511,62"}')},
    {"postType": st.sampled_from(["LBS", "WIFI"])},
)
EVENT = said("jimi.push", "pushevent", {**PUSHED, "type": st.sampled_from(["LOGIN", "LOGOUT"])}, {})
READINGS = (PUSHED_TRIP, POLLED_TRIP, STOP, PUSHED_ENGINE, POLLED_ENGINE, FAULT, FUEL, TEMPERATURE, CELLS, EVENT)
KINDS = (PUSHED_FIX, POLLED_FIX, BEAT, ALARM, LISTED, VEHICLE, LOST_PLACE, *READINGS)
FIXES = st.one_of(PUSHED_FIX, POLLED_FIX, ALARM)


def sayings(statements: Any) -> st.SearchStrategy[list[Statement]]:
    return st.lists(statements, min_size=2, max_size=16)


# Statements of one sort meet each other more often than those of all.
SAYINGS = {
    "all": sayings(st.one_of(*KINDS)),
    "fixes": sayings(FIXES),
    "listings": sayings(LISTED),
    "vehicles": sayings(VEHICLE),
    "readings": sayings(st.one_of(*READINGS)),
    "trips": sayings(st.one_of(PUSHED_TRIP, POLLED_TRIP)),
    "stops": sayings(STOP),
    "engines": sayings(st.one_of(PUSHED_ENGINE, POLLED_ENGINE)),
}


def as_body(statements: list[Statement]) -> bytes:
    """Statements of one address as the body that would bring them."""
    items = [statement.item for statement in statements]
    if statements[0].source == "csv":
        text = io.StringIO()
        rows = csv.DictWriter(text, CSV_COLUMNS)
        rows.writeheader()
        rows.writerows(items)
        return text.getvalue().encode()
    if "report" in statements[0].topic.split("."):
        return orjson.dumps({"code": 0, "message": "success", "result": None, "data": {"rows": items}})
    if statements[0].source == "jimi.poll":
        return orjson.dumps({"code": 0, "message": "success", "result": items})
    return f"token=***&data_list={quote_plus(orjson.dumps(items).decode())}".encode()


def arrive(statements: list[Statement], cuts: list[bool]) -> list[dict[str, Any]]:
    """The facts when statements reach us in this order; a true cut begins another body."""
    bodies: list[list[Statement]] = []
    for statement, cut in zip(statements, cuts, strict=True):
        if cut or not bodies or bodies[-1][0].address != statement.address:
            bodies.append([])
        bodies[-1].append(statement)
    return [fact for number, body in enumerate(bodies, 1) for fact in facts_of(number, body)]


def facts_of(raw_id: int, body: list[Statement]) -> list[dict[str, Any]]:
    """What the parser makes of one body, as rows of events.parsed."""
    source, topic, asked_at = body[0].address
    meta = {"requested_at": asked_at.isoformat(), "as_of": asked_at.isoformat()} if asked_at else {}
    received_at = NOON + timedelta(minutes=5, seconds=raw_id)
    parsed = parse(Raw(raw_id, received_at, source, topic, "", as_body(body), meta), LIMITS)
    assert all(rejection.reason == "zero_position" for rejection in parsed.rejections), parsed.rejections
    return [
        {
            "raw_id": raw_id,
            "received_at": received_at,
            "item": fact.item,
            "kind": fact.kind,
            "source": source,
            "imei": fact.imei,
            "occurred_at": fact.occurred_at,
            "data": fact.data,
        }
        for fact in parsed.facts
    ]
