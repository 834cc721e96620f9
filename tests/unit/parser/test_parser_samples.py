"""Every shipped sample body is handled as the samples' manifest says."""

from collections import Counter

import orjson
import pytest

from unit.parser.bodies import ALARM_LIST, SAMPLES, VAN, manifest, outcome, reasons, row, sample
from unit.parser.promises import assert_promises_hold

ENTRIES = manifest()
EXPECTED = [entry for entry in ENTRIES if "facts" in entry and entry["status"] == 200]
PUSHED_TWICE = [entry for entry in ENTRIES if entry["file"].endswith(".form") and "decoded" in entry]
ON_TOP_OF_ALARMS = {"position_fix"}


def _file(entry):
    return entry["file"]


@pytest.mark.parametrize("entry", ENTRIES, ids=_file)
def test_no_sample_breaks_a_promise(entry):
    assert_promises_hold(sample(entry))


@pytest.mark.parametrize("entry", EXPECTED, ids=_file)
def test_a_sample_comes_to_what_the_manifest_says(entry):
    parsed = outcome(sample(entry))
    counted = Counter(fact.kind for fact in parsed.facts)
    on_top = ON_TOP_OF_ALARMS if "alarm" in entry["facts"] else set()
    assert {kind: n for kind, n in counted.items() if kind not in on_top} == entry["facts"]
    assert reasons(parsed) == entry["rejected"]


@pytest.mark.parametrize("entry", PUSHED_TWICE, ids=_file)
def test_a_form_says_the_same_as_its_decoded_twin(entry):
    raw = sample(entry)
    twin = row(raw.source, raw.topic, (SAMPLES / entry["decoded"]).read_bytes(), **raw.request_meta)
    assert outcome(twin) == outcome(raw)


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e["file"].startswith("poll_error")], ids=_file)
def test_an_upstream_error_answer_brings_nothing(entry):
    parsed = outcome(sample(entry))
    assert (parsed.facts, parsed.rejections) == ([], [])


def test_good_items_survive_their_bad_neighbours():
    body = (SAMPLES / "garbage_gps_mixed_good_bad.form").read_bytes()
    parsed = outcome(row("jimi.push", "pushgps", body))
    assert [(fact.kind, fact.item) for fact in parsed.facts] == [("position_fix", 0), ("position_fix", 4)]
    assert [(r.reason, r.item) for r in parsed.rejections] == [
        ("not_object", 1),
        ("not_object", 2),
        ("missing_time", 3),
    ]


def test_the_mixed_location_list_keeps_what_can_be_believed():
    parsed = outcome(sample({"file": "garbage_poll_location_mixed.json"}))
    assert Counter(fact.kind for fact in parsed.facts) == {
        "heartbeat": 4,
        "position_fix": 2,
        "device_seen": 1,
    }
    assert [(r.item, r.reason) for r in parsed.rejections] == [(0, "implausible_time")]


def test_an_alarm_known_only_by_its_sim_card_waits_as_a_rejection():
    body = (SAMPLES / "garbage_alarm_iccid_identity.form").read_bytes()
    parsed = outcome(row("jimi.push", "pushalarm", body))
    assert parsed.facts == []
    assert [(r.reason, r.detail) for r in parsed.rejections] == [("missing_imei", "the item is identified by ICCID")]


def test_push_keys_in_a_polled_alarm_list_are_understood():
    body = (SAMPLES / "garbage_poll_alarm_push_keys.json").read_bytes()
    (fact,) = outcome(row("jimi.poll", ALARM_LIST, body)).facts
    assert (fact.kind, fact.imei) == ("alarm", VAN)
    assert orjson.loads(orjson.dumps(fact.data)) == {
        "code": "41",
        "class": "tsp",
        "name": "Sudden acceleration",
        "origin": "poll",
        "lat": -1.27902,
        "lon": 36.8169,
    }
