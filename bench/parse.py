"""How fast the parser alone turns bodies into facts, in one process, no database."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from statistics import median

from bench import kinds
from bench.bodies import Item, alarm, fix, heartbeat, location, poll_body, push_body, stream, whole_second
from bench.platform import BenchFailed, Platform
from bench.report import Figure
from fleet.model import Raw
from fleet.parser import Limits, parse

ROUNDS = 7
ITEMS = 10_000
ITEMS_PER_BODY = 5
ITEMS_OF_A_KIND = 2_500
LIMITS = Limits(datetime(2026, 1, 1, tzinfo=UTC), timedelta(minutes=10))
MAKERS: dict[str, Callable[[int, datetime], Item]] = {"pushgps": fix, "pushhb": heartbeat, "pushalarm": alarm}
LOCATION_LIST = "jimi.user.device.location.list"


def parse_items(_: Platform) -> Iterator[Figure]:
    """parse_items_per_s of a fleet's mixture, and of each kind alone."""
    yield measure("parse_items_per_s", mixture())
    now = whole_second()
    for topic, make in MAKERS.items():
        items = [make(n, now) for n in range(ITEMS)]
        yield measure(f"parse_{topic}_items_per_s", [raw("jimi.push", topic, push_body(b)) for b in fives(items)])
    polled = [poll_body(b) for b in fives([location(n, now) for n in range(ITEMS)])]
    yield measure("parse_location_list_items_per_s", [raw("jimi.poll", LOCATION_LIST, body) for body in polled])
    for name, row in kinds.bodies(ITEMS_PER_BODY):
        yield measure(f"parse_{name}_items_per_s", [row] * (ITEMS_OF_A_KIND // ITEMS_PER_BODY), rounds=3)


def mixture() -> list[Raw]:
    """Bodies of the three pushed kinds in a fleet's proportion."""
    waiting: dict[str, list[Item]] = {topic: [] for topic in MAKERS}
    for topic, device, at in stream(ITEMS, 1000, whole_second()):
        waiting[topic].append(MAKERS[topic](device, at))
    return [raw("jimi.push", topic, push_body(body)) for topic, items in waiting.items() for body in fives(items)]


def fives(items: list[Item]) -> Iterator[list[Item]]:
    """The items in bodies' portions."""
    return (items[n : n + ITEMS_PER_BODY] for n in range(0, len(items), ITEMS_PER_BODY))


def raw(source: str, topic: str, body: bytes) -> Raw:
    """A row of the log."""
    return Raw(1, datetime.now(UTC), source, topic, "", body)


def measure(name: str, rows: list[Raw], rounds: int = ROUNDS) -> Figure:
    """The median of several rounds over the rows. Errors: BenchFailed when an item is refused."""
    if refused := [rejection for row in rows for rejection in parse(row, LIMITS).rejections]:
        raise BenchFailed(f"{name}: {refused[0].reason} {refused[0].detail}")
    items = len(rows) * ITEMS_PER_BODY
    return Figure(name, items / median(round_s(rows) for _ in range(rounds)), "/s", items * rounds)


def round_s(rows: list[Raw]) -> float:
    """Seconds that parsing all rows takes."""
    started = time.perf_counter()
    for row in rows:
        parse(row, LIMITS)
    return time.perf_counter() - started
