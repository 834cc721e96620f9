"""Folding facts in every order, and what came out, all within one transaction that is rolled back."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any

from database.log_rows import Connection, store_facts
from fleet.pipeline.project_stage import PROJECTORS

# What is compared of each table: every table of PROJECTORS is here, and what follows from them.
TABLES = {
    "state.devices": "*",
    "state.live_positions": "*",
    "state.position_history": "*",
    "state.heartbeats": "*",
    "state.alarms": "*",
    "state.device_events": "*",
    "state.fault_codes": "*",
    "state.fuel_readings": "*",
    "state.lbs_readings": "*",
    "state.obd_readings": "*",
    "state.parking_events": "*",
    "state.reported_trips": "*",
    "state.temperature_readings": "*",
    # Colours and codes of cost centres are in order of arrival; see below.
    "state.identities": "imei, valid_from, valid_until, vehicle_id, lifecycle, plate, driver, cost_centre, city",
    "state.mounts": "*",
    "domain.devices": "imei, domain.account_code(account_id), account_as_of, class, sim, lifecycle, first_good_fix_at",
    "domain.vehicles": "*",
    "domain.drivers": "*",
    "domain.device_assignments": "*",
    "domain.driver_assignments": "*",
    "domain.identity_statements": "*",
    "domain.assigned_cities": "*",
    "domain.lifecycle_statements": "*",
    "domain.listing_runs": "*",
    "domain.listed_devices": "*",
    "domain.accounts": "code, name, name_as_of, polled, polled_as_of",  # its number is in order of arrival
    # Palette slots, and codes that nobody told, are given in order of arrival and then kept.
    "domain.cost_centres": "name, told_code, nullif(code = (told_code).value, false) as has_it",
}
PROVENANCE = ("raw_id", "received_at")

Tables = dict[str, list[dict[str, Any]]]
Range = tuple[int, int]


def contents(db: Connection, *, provenance: bool) -> Tables:
    """Every row of every table that projectors write, in one order."""
    return {table: list(rows_of(db, table, columns, provenance)) for table, columns in TABLES.items()}


def rows_of(db: Connection, table: str, columns: str, provenance: bool) -> Iterator[dict[str, Any]]:
    without = "" if provenance else "".join(f" - '{name}'" for name in PROVENANCE)
    query = f"select to_jsonb(t){without} from (select {columns} from {table}) t order by t::text"
    for (content,) in db.execute(query):
        yield content


@contextmanager
def empty_log(db: Connection) -> Iterator[None]:
    """A log of one's own, gone afterwards. No id before it counts."""
    with db.transaction(force_rollback=True):
        db.execute("alter sequence events.parsed_id restart with 1")
        db.execute("update events.cursors set position = 0")
        yield


def fold(db: Connection, way: Callable[[Connection], None], *, provenance: bool = True) -> Tables:
    """What the tables hold after folding the log in some way; the tables are empty again then."""
    with db.transaction(force_rollback=True):
        way(db)
        return contents(db, provenance=provenance)


def whole(db: Connection) -> None:
    """The whole log at once, projector by projector."""
    in_batches([10_000])(db)


def in_batches(sizes: list[int]) -> Callable[[Connection], None]:
    """As the workers do: each projector by its cursor, in batches of the sizes in turn."""

    def way(db: Connection) -> None:
        for projector in PROJECTORS:
            for size in cycle(sizes):
                row = db.execute("select events.advance(%s, %s)", (projector, size)).fetchone()
                if row == (0,):
                    break

    return way


def in_ranges(ranges: Iterable[Range]) -> Callable[[Connection], None]:
    """As a replay does: ranges of ids in any order, overlapping and repeated as they are given."""

    def way(db: Connection) -> None:
        for after_id, up_to_id in ranges:
            for projector in PROJECTORS:
                db.execute(f"select state.project_{projector}(%s, %s)", (after_id, up_to_id))

    return way


def write_log(db: Connection, facts: list[dict[str, Any]]) -> None:
    """The facts as rows of events.parsed, numbered from 1."""
    store_facts(db, [{"item": number, **fact} for number, fact in enumerate(facts)])
