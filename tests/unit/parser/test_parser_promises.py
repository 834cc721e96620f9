"""No input whatever breaks the parser's promises, and no item touches its neighbours."""

import json
from dataclasses import replace
from urllib.parse import urlencode

import orjson
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fleet.parser import parse
from fleet.parser.dispatch import PARSER_FAULT
from fleet.parser.registry import ROUTES
from unit.parser.bodies import (
    LIMITS,
    LOCATION_LIST,
    POLL_META,
    decoded,
    gps_item,
    location_item,
    manifest,
    members_of,
    outcome,
    pushed,
    row,
    sample,
)
from unit.parser.promises import assert_promises_hold

SAMPLES = [sample(entry) for entry in manifest()]
TOPICS = sorted(ROUTES)
DECODED = [(raw, decoded(raw)) for raw in SAMPLES if decoded(raw) is not None]
MEMBERS = sorted(
    {name for _, tree in DECODED for name in members_of(tree)} | {"plate", "latitude", "lon", "rpm", "unit"}
)
AWKWARD = st.sampled_from(
    [
        "",
        " ",
        "-1",
        "0",
        "NaN",
        "Infinity",
        "1e999",
        "\x00",
        "\ud800",
        "ON",
        "GPS",
        "removeAlarmType",
        "١٢",
        "2026-07-14 05:33:25",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "{",
        "[]",
        "1_0",
        0,
        -1,
        1,
        10**20,
        10**400,
        1e308,
        float("nan"),
        float("inf"),
        True,
        False,
        None,
        869999050001018,
    ]
)
SCALARS = AWKWARD | st.integers() | st.floats() | st.text(max_size=20)
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(MEMBERS) | st.text(max_size=4), inner, max_size=8)
    ),
    max_leaves=20,
)
ITEMS = st.builds(
    lambda base, changes: base | changes,
    st.sampled_from([gps_item(), location_item(), {}]),
    st.dictionaries(st.sampled_from(MEMBERS), TREES, max_size=4),
)
ENCODINGS = st.sampled_from(["utf-8", "utf-16", "utf-8-sig", "latin-1", "utf-32"])
thorough = settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))


def _json(tree) -> bytes:
    return json.dumps(tree).encode()


@thorough
@given(st.sampled_from(TOPICS), st.binary(max_size=200))
def test_no_bytes_break_a_promise(topic, body):
    assert_promises_hold(row(*topic, body))


@thorough
@given(st.sampled_from(TOPICS), st.lists(ITEMS, max_size=3) | TREES)
@example(("jimi.push", "pushgps"), [gps_item(lat=10**400)])
@example(("jimi.push", "pushgps"), [gps_item(distance=10**400)])
def test_no_json_breaks_a_promise(topic, tree):
    for envelope in ({"code": 0, "result": tree, "data_list": tree}, tree):
        assert_promises_hold(row(*topic, _json(envelope), **POLL_META))


@thorough
@given(st.dictionaries(st.sampled_from(["params", "requested_at", "run_id", "as_of"]), TREES), TREES)
def test_no_request_meta_breaks_a_promise(meta, params):
    body = _json({"code": 0, "result": [location_item()]})
    for topic in TOPICS:
        assert_promises_hold(row(*topic, body, **meta))
    assert_promises_hold(row("csv", "vehicles", b"plate,imei\nA,\n", **meta))


@thorough
@given(st.sampled_from(SAMPLES), st.data())
def test_no_damaged_sample_breaks_a_promise(raw, data):
    body = bytearray(raw.body)
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, min(len(body), start + 12)))
        body[start:end] = data.draw(st.binary(max_size=4) | st.sampled_from([b'"', b"%", b"\x00", b"-", b"1e9"]))
    assert_promises_hold(replace(raw, body=bytes(body)))


def _damage(tree, draw):
    """The tree with one member or element of it renamed, dropped, retyped, doubled or buried."""
    if not isinstance(tree, dict | list) or not tree or draw(st.integers(0, 5)) == 0:
        return draw(TREES | st.just(_buried(tree, draw(st.sampled_from([1, 3, 40])))))
    key = draw(st.sampled_from(sorted(tree) if isinstance(tree, dict) else range(len(tree))))
    deed = draw(st.sampled_from(["deeper", "deeper", "drop", "rename", "double"]))
    if isinstance(tree, list):
        rest = tree[:key] + tree[key + 1 :]
        return {"drop": rest, "double": [*tree, tree[key]]}.get(deed) or [*rest, _damage(tree[key], draw)]
    rest = {name: value for name, value in tree.items() if name != key}
    if deed == "drop":
        return rest
    if deed == "rename":
        return rest | {draw(st.sampled_from(MEMBERS) | st.just(key.swapcase())): tree[key]}
    return rest | {key: [tree[key]] * 2 if deed == "double" else _damage(tree[key], draw)}


def _buried(tree, depth):
    for level in range(depth):
        tree = {"data": tree} if level % 2 else [tree]
    return tree


@thorough
@given(st.sampled_from(DECODED), st.data())
def test_no_renamed_dropped_or_retyped_member_of_a_sample_breaks_a_promise(sampled, data):
    raw, tree = sampled
    for _ in range(data.draw(st.integers(1, 4))):
        tree = _damage(tree, data.draw)
    assert_promises_hold(replace(raw, body=_json(tree)))
    if isinstance(tree, dict) and raw.source == "jimi.push":
        texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in tree.items()}
        assert_promises_hold(replace(raw, body=urlencode(texts, errors="replace").encode()))


@thorough
@given(st.sampled_from(SAMPLES), ENCODINGS, st.integers(0, 2000))
def test_no_wrong_encoding_and_no_truncation_breaks_a_promise(raw, encoding, length):
    body = raw.body.decode("utf-8", errors="replace").encode(encoding, errors="replace")
    assert_promises_hold(replace(raw, body=body[:length]))
    assert_promises_hold(replace(raw, body=body))


@thorough
@given(st.lists(ITEMS, max_size=5), st.lists(TREES, min_size=1, max_size=4), st.randoms(), st.booleans())
def test_junk_between_good_items_changes_nothing_but_ordinals(items, junk, rng, push):
    def said(members):
        raw = (
            row("jimi.push", "pushgps", _json({"data_list": members}))
            if push
            else row("jimi.poll", LOCATION_LIST, _json({"code": 0, "result": members}), **POLL_META)
        )
        parsed = assert_promises_hold(raw)
        return lambda place: (
            [replace(fact, item=0) for fact in parsed.facts if fact.item == place],
            [replace(rejection, item=0) for rejection in parsed.rejections if rejection.item == place],
        )

    mixed = [(True, item) for item in items] + [(False, piece) for piece in junk]
    rng.shuffle(mixed)
    alone = said([item for good, item in mixed if good])
    among = said([item for _, item in mixed])
    places = [place for place, (good, _) in enumerate(mixed) if good]
    assert [among(place) for place in places] == [alone(place) for place in range(len(places))]


@given(st.permutations(range(5)))
def test_the_order_of_items_does_not_matter(order):
    items = [gps_item(gpsSpeed=speed) for speed in range(4)] + [gps_item(lat=0, lng=0)]
    in_order = outcome(pushed("pushgps", items)).facts
    shuffled = outcome(pushed("pushgps", [items[place] for place in order])).facts
    assert [replace(fact, item=order[fact.item]) for fact in shuffled] == [in_order[place] for place in order]


def test_a_deep_item_costs_nothing_but_itself():
    deep = b'{"a":' * 900 + b"1" + b"}" * 900
    body = b'{"data_list":[' + deep + b"," + orjson.dumps(gps_item()) + b"]}"
    assert [fact.item for fact in outcome(row("jimi.push", "pushgps", body)).facts] == [1]


def test_a_fault_of_our_own_costs_its_item_or_its_body_alone(monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    route = ROUTES["jimi.push", "pushgps"]
    raw = pushed("pushgps", [gps_item(), gps_item()])
    for change in ({"read": broken}, {"items": broken}):
        monkeypatch.setitem(ROUTES, ("jimi.push", "pushgps"), replace(route, **change))
        parsed = parse(raw, LIMITS)
        assert parsed.facts == []
        assert {rejection.detail for rejection in parsed.rejections} == {f"{PARSER_FAULT} ZeroDivisionError"}
        assert len(parsed.rejections) == (2 if "read" in change else 1)
