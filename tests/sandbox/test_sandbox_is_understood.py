"""The platform's parser takes every push of the sandbox's, the rare ones too, and refuses nothing of it."""

from datetime import UTC, datetime, timedelta

import pytest

from conftest import NOON
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


@pytest.fixture(scope="module")
def bodies() -> list[Body]:
    """What two dozen vehicles push in twelve hours."""
    return list(bodies_of(Fleet(FleetPlan(24, 7, NOON, networks())).advance(END), 0.0))


def understood(body: Body) -> Parsed:
    topic = MESSAGE_TYPES.get(body.kind) or PATHS[body.kind].lower()
    content_type, content = encoded(body.kind, body.items(), "t", as_json=False)
    return parse(Raw(1, END, "jimi.push", topic, content_type, content), LIMITS)


@pytest.mark.parametrize("kind", [*PATHS, *MESSAGE_TYPES])
def test_every_item_that_is_pushed_comes_to_a_fact(bodies: list[Body], kind: Kind) -> None:
    for body in (each for each in bodies if each.kind is kind):
        parsed = understood(body)
        assert parsed.rejections == []
        assert {fact.item for fact in parsed.facts} == (set() if kind in SILENT else set(range(len(body.signals))))


def test_every_method_of_the_sandbox_but_those_for_tokens_has_a_reader() -> None:
    methods = {name for name in METHODS if not name.startswith("jimi.oauth.")}
    assert methods <= {topic for source, topic in ROUTES if source == "jimi.poll"}
