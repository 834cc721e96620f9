"""Whatever the order, split or repetition of what imports say, the registry is the same (P4)."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from database.facts import of_kind, received, some_of
from database.folds import empty_log, fold, in_batches, whole, write_log
from database.log_rows import Connection
from fixtures.database import Database

PEOPLE = st.sampled_from(["Amina", "Brian"])
PLATES = st.sampled_from(["KDA 001A", "kda001a", "KDB-002B"])
CENTRES = st.sampled_from(["Fibre", "Power and masts"])
NOBODY = st.none()
KINDS = (
    of_kind(
        "driver_listed",
        some_of(
            {"driver": PEOPLE},
            {
                "phone": st.sampled_from(["+254700000001", "+254700000002"]),
                "staff_no": st.sampled_from(["17", "18"]),
                "cost_centre": CENTRES,
                "shift_area": st.just("Westlands"),
                "active": st.booleans(),
            },
        ),
        imei=NOBODY,
        source=st.just("hr"),
    ),
    of_kind("roster_entry", some_of({"driver": PEOPLE, "plate": PLATES}, {}), imei=NOBODY, source=st.just("hr")),
    of_kind("cost_centre_listed", some_of({"cost_centre": CENTRES}, {}), imei=NOBODY, source=st.just("csv")),
    of_kind("vehicle_listed", some_of({"plate": PLATES}, {"driver": PEOPLE, "cost_centre": CENTRES}), imei=NOBODY),
    of_kind("driver_assigned", some_of({"plate": PLATES, "by": st.just("ops")}, {"driver": PEOPLE}), imei=NOBODY),
)
LOGS = st.lists(st.one_of(KINDS).map(received), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def db(registry: Database) -> Iterator[Connection]:
    with registry.connect("superuser") as connection:
        yield connection


@settings(max_examples=60, deadline=None, derandomize=True)
@given(facts=LOGS, data=st.data())
def test_the_registry_does_not_depend_on_order_split_or_repetition(
    db: Connection, facts: list[dict[str, Any]], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(facts + facts[:2]))
    with empty_log(db):
        write_log(db, facts)
        expected = fold(db, whole, provenance=False)
    with empty_log(db):
        write_log(db, shuffled)
        assert fold(db, in_batches([data.draw(st.integers(1, 3))]), provenance=False) == expected
