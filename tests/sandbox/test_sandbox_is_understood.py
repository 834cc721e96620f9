"""The platform's parser takes everything that the sandbox pushes and answers, and refuses nothing of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from conftest import NOON, Sandbox
from fleet.model import Parsed, Raw
from fleet.parser.dispatch import parse
from fleet.parser.intake import Limits
from fleet.parser.registry import ROUTES
from fleet.sandbox.bodies import Body, bodies_of, encoded
from fleet.sandbox.fleet import Fleet, FleetPlan
from fleet.sandbox.methods import METHODS
from fleet.sandbox.roads import networks
from fleet.sandbox.signals import Kind
from fleet.sandbox.wire import MESSAGE_TYPES, PATHS

LIMITS = Limits(datetime(2026, 1, 1, tzinfo=UTC), timedelta(minutes=10))
END = NOON + timedelta(hours=12)
SILENT = {Kind.FACES, Kind.EXTENDED, Kind.BLUETOOTH}
BETWEEN = {"begin_time": "2026-07-14 02:00:00", "end_time": "2026-07-14 08:59:00"}
FROM_TO = {"start_time": "2026-07-14 02:00:00", "end_time": "2026-07-14 08:59:00"}
PAGED = {"page_no": "1", "page_size": "100"}
REPORT = {"account": "demo_fleet_root", "start_row": "0", "page_size": "100", **FROM_TO}


@pytest.fixture(scope="module")
def bodies() -> list[Body]:
    """What two dozen vehicles push in twelve hours."""
    return list(bodies_of(Fleet(FleetPlan(24, 7, NOON, networks())).advance(END), 0.0))


def understood(body: Body, *, as_json: bool) -> Parsed:
    topic = MESSAGE_TYPES.get(body.kind) or PATHS[body.kind].lower()
    content_type, content = encoded(body.kind, body.items(), "t", as_json=as_json)
    return parse(Raw(1, END, "jimi.push", topic, content_type, content), LIMITS)


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("kind", [*PATHS, *MESSAGE_TYPES])
def test_every_item_that_is_pushed_comes_to_a_fact(bodies: list[Body], kind: Kind, as_json: bool) -> None:
    for body in (each for each in bodies if each.kind is kind):
        parsed = understood(body, as_json=as_json)
        assert parsed.rejections == []
        assert {fact.item for fact in parsed.facts} == (set() if kind in SILENT else set(range(len(body.signals))))


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("jimi.user.child.list", {"target": "demo_fleet_root"}),
        ("jimi.user.device.list", {"target": "demo_nairobi"}),
        ("jimi.user.device.location.list", {"target": "demo_nairobi"}),
        ("jimi.track.device.detail", {"imei": "FIRST"}),
        ("jimi.device.location.get", {"imeis": "ALL"}),
        ("jimi.device.track.list", {"imei": "FIRST", **BETWEEN}),
        ("jimi.device.track.mileage", {"imeis": "ALL", **BETWEEN}),
        ("jimi.device.alarm.list", {"imeis": "ALL", **BETWEEN, **PAGED}),
        ("jimi.open.platform.report.parking", {"imeis": "ALL", "acc_type": "off", **REPORT}),
        ("jimi.open.platform.report.trips", {"imeis": "ALL", "type": "list", **REPORT}),
        ("jimi.device.obd.list", {"account": "demo_fleet_root", "imeis": "ALL", **FROM_TO, **PAGED}),
        ("jimi.device.obd.fault", {"account": "demo_fleet_root", "imeis": "ALL", **FROM_TO, **PAGED}),
    ],
)
async def test_every_row_that_is_polled_is_understood(
    sandbox: Sandbox, method: str, parameters: dict[str, Any]
) -> None:
    fitted = [device.imei for device in sandbox.world.fleet.devices if device.vehicle]
    names = {"FIRST": fitted[0], "ALL": ",".join(fitted)}
    asked = {name: names.get(value, value) for name, value in parameters.items()}
    answer = await sandbox.call(method, access_token=await sandbox.token(), **asked)
    raw = Raw(1, END, "jimi.poll", method, "application/json", orjson.dumps(answer), {"params": asked})
    parsed = parse(raw, LIMITS)
    assert answer["code"] == 0
    assert parsed.rejections == []
    assert parsed.facts or method.endswith("obd.fault")


def test_every_method_of_the_sandbox_but_those_for_tokens_has_a_reader() -> None:
    methods = {name for name in METHODS if not name.startswith("jimi.oauth.")}
    assert methods <= {topic for source, topic in ROUTES if source == "jimi.poll"}
