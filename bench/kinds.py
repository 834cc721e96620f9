"""Bodies of every other kind that the parser reads: the items of a sample, five of them in a body."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson

from bench.bodies import push_body
from fleet.model import Raw

SAMPLES: Final = Path(__file__).parents[1] / "tests" / "samples" / "jimi"
RECEIVED_AT: Final = datetime.fromisoformat("2026-07-14T12:00:00Z")
PUSHES: Final = {
    "pushevent": "push_event",
    "pushobd": "push_obd_nested_guess",
    "pushfaultinfo": "push_faultinfo_guess",
    "pushtripreport": "push_tripreport_guess",
    "pushoil": "push_oil_guess",
    "pushtem": "push_tem_guess",
    "pushlbs": "push_lbs",
    "pushfileupload": "push_fileupload",
    "pushiothubevent": "push_iothubevent",
    "pushinstructresponse": "push_instructresponse",
}
POLLS: Final = {
    "jimi.device.track.list": "poll_device_track_list",
    "jimi.device.track.mileage": "poll_device_track_mileage",
    "jimi.open.platform.report.trips": "poll_report_trips_list",
    "jimi.open.platform.report.parking": "poll_report_parking_off",
    "jimi.device.alarm.list": "poll_device_alarm_list",
    "jimi.device.obd.list": "poll_device_obd_list",
    "jimi.device.obd.fault": "poll_device_obd_fault",
    "jimi.user.device.list": "poll_user_device_list",
    "jimi.user.child.list": "poll_user_child_list",
}
META: Final = {"params": {"imei": "869999050001018", "target": "demo"}, "requested_at": "2026-07-14T11:59:58Z"}
OURS: Final[dict[tuple[str, str], bytes]] = {
    ("csv", "vehicles"): b"plate,imei,city,driver\n" + b"KDA 101A,869999050001018,Nairobi,Amina\n" * 5,
    ("hr", "hr"): orjson.dumps([{"name": "Amina", "phone": "+254700000301", "vehicle": "KDA 101A"}] * 5),
    ("fuel", "fuel"): orjson.dumps([{"id": 1, "car": "K", "filled_at": "2026-07-13 18:20", "litres": "41.5"}] * 5),
}


def bodies(items_per_body: int) -> Iterator[tuple[str, Raw]]:
    """(name of the figure, a row with so many items) of each kind."""
    for topic, name in PUSHES.items():
        items = _sample(name)["data_list"]
        yield topic, _row("jimi.push", topic, push_body((items * items_per_body)[:items_per_body]))
    for method, name in POLLS.items():
        yield (
            method.rpartition("jimi.")[2].replace(".", "_"),
            _row("jimi.poll", method, _repeated(name, items_per_body)),
        )
    for (source, topic), body in OURS.items():
        yield f"{source}_{topic}" if source != topic else source, _row(source, topic, body)


def _sample(name: str) -> Any:
    return orjson.loads((SAMPLES / f"{name}.json").read_bytes())


def _repeated(name: str, times: int) -> bytes:
    """The answer with so many rows in its innermost list."""
    answer = _sample(name)
    rows = answer.get("result") or answer["data"]
    while isinstance(rows, dict) or isinstance(rows[0].get("tripsData", rows[0].get("dayData")), list):
        inside = rows if isinstance(rows, dict) else rows[0]
        rows = next(inside[key] for key in ("rows", "result", "dayList", "tripsData", "dayData") if key in inside)
    rows[:] = (rows * times)[:times]
    return orjson.dumps(answer)


def _row(source: str, topic: str, body: bytes) -> Raw:
    return Raw(1, RECEIVED_AT, source, topic, "", body, META)
