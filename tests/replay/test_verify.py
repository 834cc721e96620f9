"""`fleet state verify`: state is what the log says, and a row that is not is found by key and column."""

import json
from datetime import UTC, datetime

from fixtures.database import Database
from fixtures.roles import Platform
from replay.conftest import Fleet
from replay.log_of_all import IMEIS, fold_all, store


def test_every_planted_difference_is_found_by_key_and_column(database: Database, fleet: Fleet) -> None:
    store(database, 1000)
    fold_all(database)
    with database.connect("superuser") as db:
        db.execute("update state.live_positions set lat = 1.5 where imei = %s", (IMEIS[0],))
        db.execute("delete from state.devices where imei = %s", (IMEIS[1],))
        db.execute(
            "insert into state.fault_codes select imei, seen_at, origin, 'U9999', detail, source_rank, content_hash,"
            " raw_id, received_at from state.fault_codes limit 1"
        )
        db.execute("update state.identities set plate = 'NONE' where imei = %s", (IMEIS[2],))
    done = fleet("state", "verify", "--json")
    assert done.returncode == 1, done.stderr
    verdicts = {verdict["table"]: verdict for verdict in json.loads(done.stdout)}
    found = {
        (each["table"], each["column"], each["live"] if each["column"] != "(row)" else each["live"] is not None)
        for verdict in verdicts.values()
        for each in verdict["differences"]
    }
    assert found >= {
        ("state.live_positions", "lat", 1.5),
        ("state.devices", "(row)", False),
        ("state.fault_codes", "(row)", True),
        ("state.identities", "plate", "NONE"),
    }
    assert verdicts["state.live_positions"]["differing_rows"] == 1
    assert verdicts["state.heartbeats"]["differences"] == []
    said = fleet("state", "verify", "live_positions").stdout
    assert f"state.live_positions [imei {IMEIS[0]}] lat: live 1.5, rebuilt -1." in said


def test_what_is_shown_is_bounded_and_what_is_counted_is_not(database: Database, fleet: Fleet) -> None:
    store(database, 1000)
    fold_all(database)
    with database.connect() as db:
        rows = db.execute("update state.heartbeats set gsm_pct = 1").rowcount
    (verdict,) = json.loads(fleet("state", "verify", "heartbeats", "--most", "3", "--json").stdout)
    assert (len(verdict["differences"]), verdict["differing_rows"]) == (3, rows)


def test_a_running_platform_is_verified_as_of_one_instant(platform: Platform, fleet: Fleet) -> None:
    platform.worker()
    for seed in range(5):
        store(platform.database, 200, seed=seed, first_raw_id=1 + 1000 * seed)
        done = fleet("state", "verify", "position_history", "live_positions")
        assert done.returncode == 0, done.stdout


def test_rows_that_outlive_their_facts_are_left_out(database: Database, fleet: Fleet) -> None:
    store(database, 500)
    fold_all(database)
    with database.connect() as db:
        db.execute("update state.heartbeats set gsm_pct = 1")
        db.execute("select series.move_horizon('events.parsed', %s)", (datetime(2026, 12, 24, tzinfo=UTC),))
    done = fleet("state", "verify")
    assert done.returncode == 0, done.stdout
    assert "state.live_positions: not compared" in done.stdout
