"""The parser understands all that the sandbox says: each item is one fact of its kind, and nothing is refused."""

from collections import Counter
from datetime import timedelta

import orjson
import pytest

from fleet.model import Raw
from fleet.parser.registry import ROUTES, WITHOUT_FACTS
from fleet.sandbox.bodies import bodies_of, encoded
from fleet.sandbox.methods import METHODS
from fleet.sandbox.methods.registry import Call
from fleet.sandbox.options import SandboxOptions
from fleet.sandbox.wire import MESSAGE_TYPES, PATHS
from fleet.sandbox.world import World
from unit.parser.bodies import SAMPLES_RECEIVED_AT
from unit.parser.promises import assert_promises_hold

BESIDES = {"position_fix", "heartbeat", "listing_completed"}
HOURS = 12
"""So long that what is rare has been said as well."""

ENOUGH = 3000
"""So many items of a topic: most of what is said are positions."""


@pytest.fixture(scope="module")
def lived():
    """A sandbox that has lived half a day until noon, and what it said."""
    now = [SAMPLES_RECEIVED_AT - timedelta(hours=HOURS)]
    world = World(SandboxOptions(vehicles=20), lambda: now[0])
    said = []
    while now[0] < SAMPLES_RECEIVED_AT:
        now[0] += timedelta(minutes=5)
        said += [(now[0], signal) for signal in world.fleet.advance(world.clock.now())]
    return world, said


@pytest.mark.parametrize("as_json", [False, True])
def test_every_pushed_item_is_one_fact_of_its_topics_kind(lived, as_json):
    _, said = lived
    kinds, signals = {}, Counter()
    for body in bodies_of([signal for _, signal in said], 0):
        topic = PATHS.get(body.kind, "").lower() or MESSAGE_TYPES[body.kind]
        if signals[topic] > ENOUGH:
            continue
        _, content = encoded(body.kind, body.items(), "t", as_json=as_json)
        parsed = assert_promises_hold(Raw(1, SAMPLES_RECEIVED_AT, "jimi.push", topic, "", content))
        assert parsed.rejections == []
        signals[topic] += len(body.signals)
        kinds.setdefault(topic, Counter()).update(fact.kind for fact in parsed.facts)
    for topic, count in signals.items():
        silent = topic in WITHOUT_FACTS["jimi.push"]
        own = [kind for kind in kinds[topic] if topic in ("pushgps", "pushhb") or kind not in BESIDES]
        assert [kinds[topic][kind] for kind in own] == ([] if silent else [count]), topic
    assert set(signals) == {*(path.lower() for path in PATHS.values()), *MESSAGE_TYPES.values()}


def _asked(world, method):
    imei = max(device.imei for device in world.fleet.devices if device.vehicle)
    user = world.options.user_id
    begin, end = ((SAMPLES_RECEIVED_AT - timedelta(minutes=m)).strftime("%Y-%m-%d %H:%M:%S") for m in (60 * HOURS, 1))
    parameters = {
        **{"method": method, "target": user, "account": user, "imei": imei, "imeis": imei, "type": "list"},
        **{"begin_time": begin, "start_time": begin, "end_time": end, "start_row": "0", "page_size": "100"},
        **{"page_no": "1", "acc_type": "off"},
    }
    return Call(parameters)


def test_the_sandbox_answers_what_the_parser_reads_and_nothing_else():
    answered = {name for name in METHODS if not name.startswith("jimi.oauth.")}
    assert answered == {topic for source, topic in ROUTES if source == "jimi.poll"}


@pytest.mark.parametrize("method", sorted(topic for source, topic in ROUTES if source == "jimi.poll"))
def test_every_polled_answer_is_understood(lived, method):
    world, _ = lived
    call = _asked(world, method)
    body = orjson.dumps({"code": 0, "message": "success", **METHODS[method](world, call)})
    meta = {"params": call.parameters, "run_id": "r", "requested_at": SAMPLES_RECEIVED_AT.isoformat()}
    parsed = assert_promises_hold(Raw(1, SAMPLES_RECEIVED_AT, "jimi.poll", method, "", body, meta))
    assert parsed.rejections == []
    assert parsed.facts or b'"imei"' not in body
