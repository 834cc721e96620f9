"""Answers about a place in any order leave the same one, never a poorer one in place of a better."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from database.log_rows import Connection
from fixtures.database import Database

BEGAN = datetime(2026, 7, 1, tzinfo=UTC)
PRECISIONS = ("nothing", "area", "place", "street")
Answer = tuple[str | None, str, str, datetime]


@pytest.fixture(scope="module")
def db(standing_database: Database) -> Iterator[Connection]:
    with standing_database.connect("superuser") as connection:
        yield connection


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    precision = draw(st.sampled_from(PRECISIONS))
    text = None if precision == "nothing" else draw(st.sampled_from(["Moi Avenue", "Karen", "Nairobi"]))
    day = draw(st.integers(0, 3))
    return text, precision, draw(st.sampled_from(["nominatim", "mapbox"])), BEGAN + timedelta(days=day)


def kept(db: Connection, said: list[Answer]) -> tuple[Any, ...]:
    """What is kept of answers in this order."""
    with db.transaction(force_rollback=True):
        for text, precision, source, at in said:
            db.execute("select geo.keep_address(1, %s, %s, %s, %s)", (text, precision, source, at))
        (row,) = db.execute(
            "select address, precision::text, source, asked_at, last_asked_at from state.geocoded_positions"
        ).fetchall()
        return row


@settings(max_examples=100, deadline=None, derandomize=True)
@given(data=st.data(), said=st.lists(answers(), min_size=1, max_size=6))
def test_the_most_precise_answer_stays_whatever_the_order_and_repetition(
    db: Connection, data: st.DataObject, said: list[Answer]
) -> None:
    again = data.draw(st.permutations(said + data.draw(st.lists(st.sampled_from(said), max_size=3))))
    first = kept(db, said)
    assert kept(db, again) == first
    assert PRECISIONS.index(first[1]) == max(PRECISIONS.index(precision) for _, precision, _, _ in said)
    assert first[:4] in said
    assert first[4] == max(at for *_, at in said)
