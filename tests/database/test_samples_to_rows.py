"""From the vendor's bytes to rows: every sample through the parser and the folds, every field compared."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from database.folds import Tables, empty_log, fold, whole, write_log
from database.log_rows import Connection
from database.sample_rows import SAMPLE_ROWS, Row
from fixtures.database import Database
from fleet.model import Fact, Raw
from fleet.pipeline.project_stage import PROJECTORS
from unit.parser.bodies import SAMPLES_RECEIVED_AT, manifest, outcome, sample

NOT_TOLD = ("content_hash", "raw_id", "received_at")
OF_THE_REGISTRY = {"account_listed", "device_listed", "listing_completed", "device_seen"}


def unchanged(data: Row) -> Row:
    return data


def stop(data: Row) -> Row:
    """A stop says which of the engine's states it was, one that nobody told among them."""
    engine = {True: "on", False: "off", None: "unknown"}[data.get("idle")]
    return {**without(data, "idle"), "engine": engine, "origin": "report"}


def fuel(data: Row) -> Row:
    units = {"fuel_l": "l", "fuel_pct": "pct", "level": data.get("unit", "unknown")}
    return {**data, "unit": next(unit for measure, unit in units.items() if measure in data)}


def without(data: Row, *names: str) -> Row:
    return {name: value for name, value in data.items() if name not in names}


# kind → (its table, the column of its time, what becomes of its data)
HOMES: dict[str, tuple[str, str, Callable[[Row], Row]]] = {
    "position_fix": (
        "state.position_history",
        "fixed_at",
        lambda data: {"reupload": False, "gate_at": "-infinity", **data},
    ),
    "heartbeat": ("state.heartbeats", "beat_at", unchanged),
    "alarm": ("state.alarms", "raised_at", lambda data: {"cleared": False, **data}),
    "trip_reported": ("state.reported_trips", "started_at", unchanged),
    "parking_reported": ("state.parking_events", "started_at", stop),
    "obd_reading": ("state.obd_readings", "read_at", unchanged),
    "fault_code": ("state.fault_codes", "seen_at", unchanged),
    "fuel_reading": ("state.fuel_readings", "read_at", fuel),
    "temperature_reading": ("state.temperature_readings", "read_at", unchanged),
    "lbs_reading": ("state.lbs_readings", "heard_at", lambda data: {"quality": "unknown", **data}),
    "device_event": (
        "state.device_events",
        "happened_at",
        lambda data: {"event": data["event"], "details": without(data, "event")},
    ),
}
RANKS = {"jimi.push": 2, "jimi.poll": 1}


@pytest.fixture(scope="module")
def db(standing_database: Database) -> Iterator[Connection]:
    with standing_database.connect("superuser") as connection:
        connection.execute("select series.ensure('events.parsed', %s, %s)", (SAMPLES_RECEIVED_AT, SAMPLES_RECEIVED_AT))
        yield connection


def tables_after(db: Connection, raw: Raw, facts: list[Fact]) -> Tables:
    """The tables when the log holds what one raw row came to."""
    rows = [
        {
            "raw_id": raw.id,
            "received_at": raw.received_at,
            "kind": fact.kind,
            "source": raw.source,
            "imei": fact.imei,
            "occurred_at": fact.occurred_at,
            "data": fact.data,
        }
        for fact in facts
    ]
    with empty_log(db):
        write_log(db, rows)
        return fold(db, whole)


def told(rows: list[Row]) -> list[Row]:
    """Rows with what was told in them alone, in one order."""
    bare = [{name: value for name, value in without(row, *NOT_TOLD).items() if value is not None} for row in rows]
    return sorted(bare, key=lambda row: sorted(value for value in row.values() if isinstance(value, str)))


def expected(raw: Raw, fact: Fact) -> Row:
    """The row that a fact must come to."""
    _, time_column, adapt = HOMES[fact.kind]
    moments = {
        name: datetime.fromisoformat(value).isoformat() if value != "-infinity" else value
        for name, value in adapt(fact.data).items()
        if name.endswith("_at")
    }
    place = {"imei": fact.imei, time_column: fact.occurred_at.isoformat(), "source_rank": RANKS[raw.source]}
    return {**adapt(fact.data), **moments, **place}


@pytest.mark.parametrize("entry", manifest(), ids=lambda entry: entry["file"])
def test_each_field_of_each_fact_of_a_sample_stands_in_its_table(db: Connection, entry: dict[str, Any]) -> None:
    raw = sample(entry)
    facts = outcome(raw).facts
    assert {fact.kind for fact in facts} <= HOMES.keys() | OF_THE_REGISTRY
    tables = tables_after(db, raw, facts)
    for kind, (table, _, _) in HOMES.items():
        once = {repr(sorted(row.items())): row for row in (expected(raw, fact) for fact in facts if fact.kind == kind)}
        assert told(tables[table]) == told(list(once.values())), table


@pytest.mark.parametrize("table", SAMPLE_ROWS)
def test_a_sample_comes_to_the_rows_that_a_person_reads_out_of_it(db: Connection, table: str) -> None:
    name, rows = SAMPLE_ROWS[table]
    (entry,) = (entry for entry in manifest() if entry["file"] == name)
    raw = sample(entry)
    held = tables_after(db, raw, outcome(raw).facts)[table]
    assert told(held) == told(rows)
    assert all(row["raw_id"] == raw.id for row in held if "raw_id" in row)


def test_every_table_of_state_that_a_projector_writes_has_such_rows() -> None:
    written = {table for tables in PROJECTORS.values() for table in tables if table.startswith("state.")}
    assert SAMPLE_ROWS.keys() == written
