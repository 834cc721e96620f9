"""A log with facts of every kind that a table of state is made of, ties, late ones and repeats among them."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from database.log_rows import store_facts
from fixtures.database import Database
from fleet.replay.catch_up import catch_up

NOON = datetime(2026, 11, 20, 9, tzinfo=UTC)
IMEIS = tuple(f"8699990500{n:05}" for n in range(12))
KINDS: dict[str, tuple[dict[str, Any], dict[str, tuple[Any, ...]]]] = {
    "position_fix": (
        {"lon": 36.5},
        {
            "lat": (-1.25, -1.5),
            "quality": ("gps", "gps", "lbs"),
            "speed_kmh": (None, 0, 60),
            "ignition": (None, True, False),
            "odometer_m": (None, 1000, 2000.5),
            "gate_at": (None, "2026-11-20T09:00:01Z", "2026-11-20T09:02:00Z"),
        },
    ),
    "heartbeat": ({}, {"ignition": (None, True), "battery_pct": (None, 50, 100)}),
    "alarm": ({"class": "hub0"}, {"origin": ("push", "poll"), "code": ("1", "2"), "cleared": (None, True)}),
    "device_listed": ({}, {"plate": (None, "KDA 001A", "KDB 002B"), "driver": (None, "Amina"), "enabled": (True,)}),
    "trip_reported": ({"origin": "mileage"}, {"ended_at": (None, "2026-11-20T09:30:00Z"), "distance_m": (1, 2)}),
    "parking_reported": ({}, {"idle": (None, True, False), "duration_s": (None, 60, 90)}),
    "obd_reading": ({"origin": "push"}, {"engine_rpm": (900, 1875)}),
    "fault_code": ({"origin": "push"}, {"code": ("P0128", "U0100")}),
    "fuel_reading": ({}, {"fuel_l": (40, 43.5)}),
    "temperature_reading": ({}, {"temperature_c": (4.6, -18)}),
    "lbs_reading": ({"cells": [{"lac": 1201, "cell_id": 40511}]}, {"quality": ("lbs", "wifi")}),
    "device_event": ({}, {"event": ("login", "logout")}),
    "device_seen": ({"why": "zero_position"}, {}),
}


def facts(count: int, seed: int = 7, first_raw_id: int = 1) -> Iterator[dict[str, Any]]:
    """So many facts, the same for the same seed, within three days of device time."""
    dice = random.Random(seed)
    for number in range(count):
        kind = dice.choice([*KINDS, "position_fix", "position_fix"])
        always, maybe = KINDS[kind]
        told = {name: dice.choice(values) for name, values in maybe.items()}
        yield {
            "kind": kind,
            "imei": dice.choice(IMEIS),
            "source": "jimi.poll" if kind == "device_listed" else dice.choice(["jimi.push", "jimi.poll"]),
            "raw_id": first_raw_id + number,
            "item": 0,
            "occurred_at": NOON + timedelta(minutes=dice.randrange(3 * 24 * 60) // 30 * 30),
            "received_at": NOON + timedelta(days=-1, seconds=number % 80_000),
            "data": always | {name: value for name, value in told.items() if value is not None},
        }


def store(database: Database, count: int, seed: int = 7, first_raw_id: int = 1) -> None:
    """Facts as the parser would have written them."""
    with database.connect("superuser") as db, db.transaction():
        db.execute("select series.ensure('events.parsed', %s, %s)", (NOON - timedelta(days=1), NOON))
        db.execute("select pg_advisory_xact_lock(4201, 2)")
        store_facts(db, list(facts(count, seed, first_raw_id)))
        db.execute("notify events_parsed_new")


def fold_all(database: Database) -> None:
    """What workers would do until nothing is new."""
    with database.connect() as db:
        catch_up(db)
