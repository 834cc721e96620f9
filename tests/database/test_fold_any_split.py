"""P4, first form: the same log in any split, order and repetition gives the same tables, provenance too."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from database.facts import LOGS, NOON, received
from database.folds import TABLES, Range, contents, empty_log, fold, in_batches, in_ranges, rows_of, whole, write_log
from database.log_rows import Connection
from fixtures.database import Database
from fleet.pipeline.project_stage import PROJECTORS

FOLDING = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
EXAMPLES = {"all": 60}
EXAMPLES_OF_A_KIND = 8
EACH_LOG = pytest.mark.parametrize("log", LOGS)


@st.composite
def replays(draw: st.DrawFn, length: int) -> list[Range]:
    """Ranges that cover a log between them, in any order, some of them twice, and some that overlap."""
    cuts = sorted({0, length, *draw(st.lists(st.integers(0, length), max_size=6))})
    cover = list(pairwise(cuts))
    place = st.integers(0, length)
    extra = draw(st.lists(st.tuples(place, place).map(lambda ends: (min(ends), max(ends))), max_size=3))
    return draw(st.permutations(cover + extra))


@pytest.fixture(scope="module")
def db(standing_database: Database) -> Iterator[Connection]:
    with standing_database.connect("superuser") as connection:
        connection.execute("insert into domain.accounts (code, name) values ('north', 'N'), ('south', 'S')")
        yield connection


def for_logs(log: str, check: Callable[[list[dict[str, Any]], st.DataObject], None], at_most: int = 60) -> None:
    """Check logs of one sort."""
    examples = settings(FOLDING, max_examples=min(EXAMPLES.get(log, EXAMPLES_OF_A_KIND), at_most))
    examples(given(LOGS[log], st.data())(check))()


@pytest.mark.timeout(600)  # a failure is shrunk before it is shown
@EACH_LOG
def test_any_split_order_or_repetition_of_a_log_gives_the_same_tables(db: Connection, log: str) -> None:
    def check(facts: list[dict[str, Any]], data: st.DataObject) -> None:
        sizes = data.draw(st.lists(st.integers(1, 7), min_size=1, max_size=4))
        with empty_log(db):
            write_log(db, facts)
            expected = fold(db, whole)
            assert fold(db, in_batches(sizes)) == expected
            assert fold(db, in_ranges(data.draw(replays(len(facts))))) == expected

    for_logs(log, check)


@pytest.mark.timeout(600)  # a failure is shrunk before it is shown
@EACH_LOG
def test_the_same_facts_numbered_in_another_order_give_the_same_tables(db: Connection, log: str) -> None:
    def check(facts: list[dict[str, Any]], data: st.DataObject) -> None:
        outcomes = []
        for order in (facts, data.draw(st.permutations(facts))):
            with empty_log(db):
                write_log(db, order)
                outcomes.append(fold(db, whole))
        assert outcomes[0] == outcomes[1]

    for_logs(log, check)


@pytest.mark.timeout(600)  # a failure is shrunk before it is shown
@EACH_LOG
def test_the_registry_folded_apart_is_the_one_that_grew_and_nothing_is_put_right(db: Connection, log: str) -> None:
    tables = list(PROJECTORS["registry"])
    put_right = "select sum(removed + inserted) from events.finish_registry(0, %s)"

    def check(facts: list[dict[str, Any]], data: st.DataObject) -> None:
        sizes = data.draw(st.lists(st.integers(1, 7), min_size=1, max_size=4))
        with empty_log(db):
            write_log(db, facts)
            in_batches(sizes)(db)
            grown = contents(db, provenance=True)
            db.execute("create view scratch.facts as table events.parsed")
            db.execute("select events.copy_registry(%s)", (tables,))
            assert db.execute(put_right, (tables,)).fetchone() == (0,)
            assert contents(db, provenance=True) == grown

    for_logs(log, check, at_most=20)


def test_a_table_made_beside_of_facts_read_back_is_the_table_that_grew(db: Connection) -> None:
    tables = [table for tables in PROJECTORS.values() for table in tables if table.startswith("state.")]

    def check(facts: list[dict[str, Any]], data: st.DataObject) -> None:
        with empty_log(db):
            write_log(db, facts)
            grown = fold(db, in_batches([data.draw(st.integers(1, 7))]))
            db.execute("create temp table read_back as select * from events.parsed where id > 0")
            db.execute("update read_back set id = id + 1000")  # numbers that the log itself does not hold
            for table in tables:
                name = table.removeprefix("state.")
                db.execute(f"create temp table {name} (like {table} including all)")
                for after_id, up_to_id in data.draw(replays(len(facts))):
                    db.execute(
                        f"select state.project_{name}(%s, %s, 'pg_temp.{name}', 'pg_temp.read_back')",
                        (after_id + 1000, up_to_id + 1000),
                    )
                assert list(rows_of(db, f"pg_temp.{name}", "*", provenance=True)) == grown[table], table

    for_logs("all", check, at_most=25)


def test_every_table_that_a_projector_writes_is_compared_and_comes_torows_of(db: Connection) -> None:
    """A projector that nobody has put into this suite fails here."""
    written = {table for tables in PROJECTORS.values() for table in tables}
    assert written - TABLES.keys() == set()
    filled: set[str] = set()

    def look(facts: list[dict[str, Any]], _: st.DataObject) -> None:
        with empty_log(db):
            standing = contents(db, provenance=True)
            write_log(db, facts)
            filled.update(table for table, rows in fold(db, whole).items() if rows != standing[table])

    for log in LOGS:
        for_logs(log, look, at_most=4)
    assert TABLES.keys() - filled == set()


def fix(minute: int, **told: Any) -> dict[str, Any]:
    """A good fix of the one device of an example."""
    kept = {name: told.pop(name) for name in ("source", "raw_id") if name in told}
    data = {"lat": -1.25, "lon": 36.5, "quality": "gps", **told}
    return received(
        {
            "kind": "position_fix",
            "imei": "869999050001018",
            "source": "jimi.push",
            "raw_id": 1,
            "occurred_at": NOON + timedelta(minutes=minute),
            "data": data,
            **kept,
        }
    )


def position(db: Connection, *facts: dict[str, Any]) -> dict[str, Any]:
    """The live position that facts come to."""
    with empty_log(db):
        write_log(db, list(facts))
        (row,) = fold(db, whole)["state.live_positions"]
    return row


def test_a_late_fix_does_not_move_the_dot(db: Connection) -> None:
    assert position(db, fix(3, lat=-1.5), fix(1, lat=-1.25))["lat"] == -1.5


def test_of_one_instant_the_later_gate_time_wins_and_then_the_push_over_the_poll(db: Connection) -> None:
    early, late = "2026-11-20T09:00:01Z", "2026-11-20T09:02:00Z"
    assert position(db, fix(0, lat=1, gate_at=late), fix(0, lat=2, gate_at=early))["lat"] == 1
    assert position(db, fix(0, lat=1, gate_at=early, source="jimi.poll"), fix(0, lat=2, source="jimi.push"))["lat"] == 1
    assert position(db, fix(0, lat=1, source="jimi.push"), fix(0, lat=2, source="jimi.poll"))["lat"] == 1


def test_of_the_same_statement_received_twice_the_first_is_the_origin(db: Connection) -> None:
    assert position(db, fix(0, raw_id=5), fix(0, raw_id=2))["raw_id"] == 2


def test_a_fix_without_ignition_or_odometer_does_not_erase_them(db: Connection) -> None:
    row = position(db, fix(0, ignition=True, odometer_m=1000), fix(1))
    assert row["ignition"] == {"value": True, "as_of": "2026-11-20T09:00:00+00:00"}
    assert row["odometer_m"] == {"value": 1000, "as_of": "2026-11-20T09:00:00+00:00"}
    assert row["fixed_at"] == "2026-11-20T09:01:00+00:00"


def test_a_coarse_fix_moves_the_dot_and_leaves_the_last_good_fix(db: Connection) -> None:
    row = position(db, fix(0, speed_kmh=40), fix(1, lat=-1.5, quality="lbs"))
    assert (row["lat"], row["quality"]) == (-1.5, "lbs")
    assert (row["good_fixed_at"], row["good_speed_kmh"]) == ("2026-11-20T09:00:00+00:00", 40)


def test_an_older_good_fix_that_comes_after_a_coarse_one_is_noted(db: Connection) -> None:
    row = position(db, fix(2, quality="lbs"), fix(1, speed_kmh=12))
    assert row["fixed_at"] == "2026-11-20T09:02:00+00:00"
    assert (row["good_fixed_at"], row["good_speed_kmh"]) == ("2026-11-20T09:01:00+00:00", 12)


def test_of_two_listings_of_one_instant_the_same_account_wins_in_any_order(db: Connection) -> None:
    listings = [
        {**fix(0), "kind": "device_listed", "source": "jimi.poll", "data": {"account": code}}
        for code in ("south", "north")
    ]
    accounts = set()
    for order in (listings, listings[::-1]):
        for way in (whole, in_batches([1])):
            with empty_log(db):
                write_log(db, order)
                accounts |= {row["account_code"] for row in fold(db, way)["domain.devices"]}
    assert len(accounts) == 1
