"""Every shipped sample body is handled as the samples' manifest says."""

from collections import Counter
from dataclasses import replace

import orjson
import pytest

from fleet.parser.alarm_names import ALARM_NAMES
from fleet.parser.contracts.units import DISTANCES
from fleet.parser.registry import ROUTES
from unit.parser.bodies import ALARM_LIST, SAMPLES, VAN, manifest, outcome, reasons, row, sample
from unit.parser.promises import KINDS, assert_promises_hold

ENTRIES = manifest()
ALL_ENTRIES = orjson.loads((SAMPLES / "manifest.json").read_bytes())["files"]
PUSHED_TWICE = [entry for entry in ENTRIES if entry["file"].endswith(".form") and "decoded" in entry]
ON_TOP_OF_ALARMS = {"position_fix"}
NOTHING = ({}, [])
FIX_AND_HEARTBEAT = {"position_fix": 1, "heartbeat": 1}
# What the manifest leaves to the reader: facts by kind, and reasons.
COMES_TO = {
    "poll_user_child_list.json": ({"account_listed": 3}, []),
    "poll_user_device_list.json": ({"device_listed": 4, "listing_completed": 1}, []),
    "poll_track_device_detail.json": ({"device_listed": 1}, []),
    "poll_user_device_location_list.json": ({"position_fix": 2, "heartbeat": 2}, []),
    "poll_device_location_get.json": (FIX_AND_HEARTBEAT, []),
    "poll_device_location_get_object_variant.json": (FIX_AND_HEARTBEAT, []),
    "poll_device_track_list.json": ({"position_fix": 4}, []),
    "poll_device_track_mileage.json": ({"trip_reported": 2}, []),
    "poll_device_track_mileage_elapsed_variant.json": ({"trip_reported": 1}, []),
    "poll_report_trips_list.json": ({"trip_reported": 1}, []),
    "poll_report_parking_off.json": ({"parking_reported": 2}, []),
    "poll_report_parking_on.json": ({"parking_reported": 1}, []),
    "poll_device_alarm_list.json": ({"alarm": 4, "position_fix": 4}, []),
    "poll_device_alarm_list_doc_key_variant.json": ({"alarm": 1, "position_fix": 1}, []),
    "poll_device_obd_list.json": ({"obd_reading": 2}, []),
    "poll_device_obd_fault.json": ({"fault_code": 1}, []),
    "poll_rfid_list.json": ({"device_event": 1}, []),
    "push_event.form": ({"device_event": 2}, []),
    "push_hb.form": ({"heartbeat": 1}, []),
    "push_gps.form": ({"position_fix": 2}, []),
    "push_alarm.form": ({"alarm": 1, "position_fix": 1}, []),
    "push_alarm_jt808.form": ({"alarm": 1, "position_fix": 1}, []),
    "push_alarm_remove.form": ({"alarm": 1, "position_fix": 1}, []),
    "push_fileupload.form": ({"device_event": 1}, []),
    "push_ftpfileupload.form": ({"device_event": 1}, []),
    "push_lbs.form": ({"lbs_reading": 1}, []),
    "push_resourcelist.form": ({"device_event": 1}, []),
    "push_iothubevent.form": ({"device_event": 1}, []),
    "push_terminaltransinfo.form": ({"device_event": 1}, []),
    "push_passthroughdata.form": ({"device_event": 1}, []),
    "push_instructresponse.form": ({"device_event": 1}, []),
    "push_instructresponse_offline_object.form": ({"device_event": 1}, []),
    "push_uploadcallback.form": ({"device_event": 1}, []),
    "push_obd_guess.form": ({"obd_reading": 1}, []),
    "push_obd_nested_guess.form": ({"obd_reading": 1}, []),
    "push_faultinfo_guess.form": ({"fault_code": 1}, []),
    "push_tripreport_guess.form": ({"trip_reported": 1}, []),
    "push_oil_guess.form": ({"fuel_reading": 1}, []),
    "push_tem_guess.form": ({"temperature_reading": 1}, []),
    "push_rfid_guess.form": ({"device_event": 1}, []),
    "push_wgtc_guess.form": ({"device_event": 1}, []),
    "tsp_push_device_alarm.form": ({"alarm": 1}, []),
    "tsp_push_device_alarm_strings_variant.form": ({"alarm": 1}, []),
    "tsp_push_instruction_raw.form": ({"device_event": 1}, []),
    "push_gps_jsonbody.json": ({"position_fix": 2}, []),
    "push_alarm_jsonbody_stringlist.json": ({"alarm": 1, "position_fix": 1}, []),
    "tsp_push_device_alarm_jsonbody.json": ({"alarm": 1}, []),
    "garbage_gps_mixed_good_bad.form": ({"position_fix": 2}, ["not_object", "not_object", "missing_time"]),
    "garbage_alarm_iccid_identity.form": ({}, ["missing_imei"]),
    "garbage_lbs_badjson.form": ({}, ["not_json"]),
    "garbage_poll_location_mixed.json": (
        {"heartbeat": 4, "position_fix": 2, "device_seen": 1},
        ["implausible_time"],
    ),
    "garbage_poll_location_renamed.json": (FIX_AND_HEARTBEAT, []),
    "garbage_poll_alarm_push_keys.json": ({"alarm": 1}, []),
    "garbage_poll_alarm_duplicate_page.json": ({"alarm": 4, "position_fix": 4}, []),
    "garbage_poll_html_body.form": ({}, ["not_json"]),
    "garbage_poll_result_null.json": NOTHING,
}
# Answers that a client reads and nobody logs as telemetry: tokens, errors, administration, links, empty reports.
BRING_NOTHING = ("poll_",)
REFUSED_AT_THE_DOOR = {"garbage_bad_token.form"}
NEVER_LOGGED = "poll_token"


def _file(entry):
    return entry["file"]


def _expected(entry):
    """What the manifest says of a file; where it says it in words, our reading of them."""
    if "facts" in entry:
        return entry["facts"], entry["rejected"]
    if entry["file"].startswith(BRING_NOTHING):
        return COMES_TO.get(entry["file"], NOTHING)
    return COMES_TO[entry["file"]]


@pytest.mark.parametrize("entry", ENTRIES, ids=_file)
def test_a_sample_comes_to_what_the_manifest_says(entry):
    if entry["file"] in REFUSED_AT_THE_DOOR:
        assert entry["status"] == 401
        return
    raw = sample(entry)
    if entry["file"].startswith(NEVER_LOGGED):
        assert (raw.source, raw.topic) not in ROUTES
        return
    parsed = assert_promises_hold(raw)
    facts, reasons_given = _expected(entry)
    on_top = ON_TOP_OF_ALARMS - set(facts) if "alarm" in facts else set()
    counted = Counter(fact.kind for fact in parsed.facts)
    assert {kind: n for kind, n in counted.items() if kind not in on_top} == facts
    assert reasons(parsed) == reasons_given


def test_no_sample_is_left_out():
    known = {"manifest.json"} | {entry["file"] for entry in ALL_ENTRIES}
    known |= {entry["decoded"] for entry in ALL_ENTRIES if "decoded" in entry}
    assert {path.name for path in SAMPLES.iterdir()} == known
    assert set(COMES_TO) <= known


def test_the_table_of_alarm_codes_is_ours():
    table = orjson.loads((SAMPLES / "alarm_codes.json").read_bytes())
    tables = {
        "tsp": table["tsp_numeric"] | table["tsp_text"],
        "hub0": table["hub_msgclass0_additions"],
        "hub1": table["hub_msgclass1"],
    }
    for alarm_class, codes in tables.items():
        told = {code: entry["name"] for code, entry in codes.items() if code != "removeAlarmType"}
        assert told == {code: ALARM_NAMES[alarm_class][code] for code in told}


@pytest.mark.parametrize("entry", PUSHED_TWICE, ids=_file)
def test_a_form_says_the_same_as_its_decoded_twin(entry):
    raw = sample(entry)
    twin = replace(raw, body=(SAMPLES / entry["decoded"]).read_bytes())
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


def test_the_page_on_facts_names_every_topic_every_kind_and_every_distance():
    page = (SAMPLES.parents[2] / "docs" / "facts.md").read_text()
    told = {topic for source, topic in ROUTES if source != "ops"} | {field for _, field in DISTANCES}
    told |= {kind for kind in KINDS if not kind.endswith(("_set", "_assigned"))}
    assert {name for name in told if f"`{name}`" not in page} == set()
