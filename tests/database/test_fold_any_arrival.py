"""P4, second form: the same statements arriving in any order, bodies and repetition give the same state.

All but provenance (raw_id, received_at) is compared, of every table that projectors write. Two things are left
out by design: palette slots and codes of cost centres, which are given in order of arrival and then kept, and
the moment of a device that was only `seen` at a time when neither it nor the gate told one.
"""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from database.bodies import SAYINGS, Statement, arrive
from database.folds import TABLES, Tables, contents, empty_log, fold, in_batches, store_facts, whole
from database.log_rows import Connection
from fixtures.database import Database

ARRIVING = settings(max_examples=25, deadline=None, derandomize=True)
# Stated by operators, or of a body as a whole (how many rows a listing has), which another cut makes another statement.
NOT_OF_ITEMS = {
    "domain.accounts",
    "domain.lifecycle_statements",
    "domain.listing_runs",
    "domain.listed_devices",
}


@pytest.fixture(scope="module")
def db(standing_database: Database) -> Iterator[Connection]:
    with standing_database.connect("superuser") as connection:
        connection.execute("insert into domain.accounts (code, name) values ('north', 'N'), ('south', 'S')")
        yield connection


def state_after(db: Connection, statements: list[Statement], cuts: list[bool], batch: int | None = None) -> Tables:
    """The tables, but for provenance, when the statements arrive so."""
    with empty_log(db):
        store_facts(db, arrive(statements, cuts))
        return fold(db, whole if batch is None else in_batches([batch]), provenance=False)


@pytest.mark.timeout(600)  # a failure is shrunk before it is shown
@pytest.mark.parametrize("sort", SAYINGS)
def test_the_same_statements_in_any_order_bodies_and_repetition_give_the_same_state(db: Connection, sort: str) -> None:
    @ARRIVING
    @given(SAYINGS[sort], st.data())
    def check(statements: list[Statement], data: st.DataObject) -> None:
        expected = state_after(db, statements, [False] * len(statements))
        repeated = data.draw(st.lists(st.sampled_from(statements), max_size=4))
        order = data.draw(st.permutations(statements + repeated))
        cuts = data.draw(st.lists(st.booleans(), min_size=len(order), max_size=len(order)))
        assert state_after(db, order, cuts, batch=data.draw(st.integers(1, 5))) == expected

    check()


def test_what_arrives_comes_to_rows_in_every_table_that_projectors_write(db: Connection) -> None:
    with empty_log(db):
        standing = contents(db, provenance=False)
    filled: set[str] = set()

    def look(statements: list[Statement]) -> None:
        after = state_after(db, statements, [False] * len(statements))
        filled.update(table for table, rows in after.items() if rows != standing[table])

    for sort in SAYINGS.values():
        settings(ARRIVING, max_examples=5)(given(sort)(look))()
    assert TABLES.keys() - filled == NOT_OF_ITEMS
