"""Parts of a table made anew: of some times, of some devices; and what cannot be made anew is refused."""

from datetime import timedelta
from typing import Any

from database.folds import contents
from fixtures.database import Database
from replay.conftest import Fleet
from replay.log_of_all import IMEIS, NOON, fold_all, store

DAY = timedelta(days=1)
FROM, TO = NOON + timedelta(hours=6), NOON + timedelta(hours=30)
RANGE = ("--from", FROM.isoformat(), "--to", TO.isoformat())


def spoil(database: Database) -> None:
    """Every row of two series is wrong, and one that the log knows nothing of is there."""
    with database.connect() as db:
        db.execute("update state.position_history set lat = 0")
        db.execute("update state.heartbeats set battery_pct = -1")
        db.execute(
            "insert into state.heartbeats select imei, %s, ignition, -2, gsm_pct, external_power, voltage_v,"
            " source_rank, content_hash, raw_id, received_at from state.heartbeats where imei = %s limit 1",
            (FROM + timedelta(seconds=7), IMEIS[0]),
        )


def wrong(database: Database) -> dict[str, int]:
    """How many rows of each are wrong still, within the part and beyond it."""
    ((within, beyond),) = database.rows(
        "select count(*) filter (where fixed_at >= %s and fixed_at < %s),"
        " count(*) filter (where fixed_at < %s or fixed_at >= %s) from state.position_history where lat = 0",
        *(FROM, TO, FROM, TO),
    )
    return {"within": within, "beyond": beyond}


def test_a_range_of_device_times_is_made_anew_and_nothing_beyond_it(database: Database, fleet: Fleet) -> None:
    store(database, 2000)
    fold_all(database)
    spoil(database)
    before = wrong(database)
    done = fleet("replay", "all", *RANGE)
    assert done.returncode == 0, done.stderr
    assert wrong(database) == {"within": 0, "beyond": before["beyond"]}
    assert database.value("select count(*) from state.heartbeats where battery_pct = -2") == 0
    assert database.rows("select from pg_class where relnamespace = 'scratch'::regnamespace") == []


def test_one_device_is_made_anew_with_its_present_and_no_other(database: Database, fleet: Fleet) -> None:
    store(database, 2000)
    fold_all(database)
    with database.connect("superuser") as db:
        right = contents(db, provenance=True)
    spoil(database)
    with database.connect() as db:
        db.execute("update state.live_positions set lat = 0")
    assert fleet("replay", "all", "--imei", IMEIS[0]).returncode == 0
    with database.connect("superuser") as db:
        held = contents(db, provenance=True)
    for table in ("state.position_history", "state.live_positions", "state.heartbeats"):
        assert of(IMEIS[0], held[table]) == of(IMEIS[0], right[table])
        assert of(IMEIS[1], held[table]) != of(IMEIS[1], right[table])


def of(imei: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["imei"] == imei]


def test_facts_from_an_archive_are_another_source(database: Database) -> None:
    """Any relation with the columns of events.parsed will do."""
    store(database, 600)
    fold_all(database)
    right = database.rows("select * from state.alarms order by 1, 2, 3, 4, 5, 6")
    with database.connect() as db:
        db.execute("create table scratch.archive as select * from events.parsed")
        for statement in (
            "select events.begin_rebuild('state.alarms', 'alarms', 'scratch.archive')",
            "select events.continue_rebuild('state.alarms', 1000, 600)",
            "delete from state.alarms",
            "select events.finish_rebuild('state.alarms', 'alarms')",
        ):
            db.execute(statement.encode())
    assert database.rows("select * from state.alarms order by 1, 2, 3, 4, 5, 6") == right


def test_what_has_left_the_log_is_not_lost_by_a_replay(database: Database, fleet: Fleet) -> None:
    store(database, 500)
    fold_all(database)
    with database.connect() as db:
        db.execute("select series.move_horizon('events.parsed', %s)", (NOON + timedelta(hours=5),))
    for asked in (["all"], ["live_positions"], ["heartbeats", "--from", NOON.isoformat()], ["alarms", "--imei", "1"]):
        done = fleet("replay", *asked)
        assert (done.returncode, "--archive" in done.stderr) == (2, True), asked
    assert fleet("replay", "heartbeats", *RANGE).returncode == 0


def test_what_has_no_sense_is_refused_in_a_sentence(database: Database, fleet: Fleet) -> None:
    done = fleet("replay", "live_positions", *RANGE)
    assert (done.returncode, "holds the present" in done.stderr) == (2, True)
    done = fleet("replay", "alarms", "--from", TO.isoformat(), "--to", FROM.isoformat())
    assert (done.returncode, "--from must be before --to" in done.stderr) == (2, True)
    assert fleet("replay", "alarms", "--from", "yesterday").returncode == 2
