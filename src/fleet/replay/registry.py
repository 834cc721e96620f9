"""The registry (schema `domain`) made anew from the log, or held against it; and who devices are, which follows.

Its tables are folded together, into a copy of the schema (`beside`) that is gone afterwards. The live ones are put
right row by row, so that what refers to a row keeps it. Writes schemas `beside` and `scratch` and, at the end of a
replay, `domain`, state.identities and state.mounts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any, Final

from fleet.archive.horizon import kept_from
from fleet.migrate import SyncConnection
from fleet.pipeline.project_stage import PROJECTORS
from fleet.replay.log_reach import Source
from fleet.replay.part import Part, Replaced, facts_of, in_batches
from fleet.replay.progress import Progress
from fleet.replay.rebuild import cursor_of, fact_at_fault, swap_when_free
from fleet.replay.units import REGISTRY
from fleet.replay.verify import DIFFERENCES, Verdict, told

TABLES: Final = list(PROJECTORS[REGISTRY.projector])
FINISH: Final = "select table_name, removed, inserted from events.finish_registry(%s, %s)"


def replay_registry(
    owner: SyncConnection, source: Source, max_device_ahead: timedelta, progress: Progress
) -> dict[str, Replaced]:
    """Rows that are not what the facts of a source say go, those that are missing come; in which tables there were any.
    Errors: CannotFold, TableInUse."""
    with _folded_beside(owner, source, max_device_ahead, progress) as position:
        return swap_when_free(REGISTRY.table, lambda: _finish(owner, position))


def verify_registry(
    owner: SyncConnection, source: Source, max_device_ahead: timedelta, most: int, progress: Progress
) -> list[Verdict]:
    """Each table against the facts of a source. Nothing stays of what was built for it. Errors: CannotFold."""
    if log_begins := source.device_times_from(max_device_ahead):
        problem = f"it may hold what facts before {log_begins:%Y-%m-%d} said, which are gone"
        return [Verdict(table, 0, [], problem) for table in TABLES]
    with _folded_beside(owner, source, max_device_ahead, progress) as position, owner.transaction():
        owner.execute("set transaction isolation level repeatable read")
        _fold(owner, position, cursor_of(owner, REGISTRY))
        owner.execute("select events.take_over_arrivals()")
        return [_compared(owner, table, most) for table in TABLES]


def replay_identities(owner: SyncConnection) -> int:
    """Bring up to date who devices are, where that is not what the tables say; how many devices that was."""
    row: Any = owner.execute("select state.mend_identities()").fetchone()
    return int(row[0])


def verify_identities(owner: SyncConnection, most: int) -> list[Verdict]:
    """state.identities and state.mounts, which no projector writes, against the tables that they are made of."""
    return [
        told("state.identities", owner.execute("select * from state.differing_identities(%s)", (most,))),
        told("state.mounts", owner.execute("select * from state.differing_mounts(%s)", (most,))),
    ]


@contextmanager
def _folded_beside(
    owner: SyncConnection, source: Source, max_device_ahead: timedelta, progress: Progress
) -> Iterator[int]:
    """For the block, schema `beside` holds the registry as the facts up to a number say, which is given."""
    with facts_of(owner, REGISTRY, source.relation, Part(), max_device_ahead):
        owner.execute("select events.copy_registry(%s)", (TABLES,))
        try:
            yield in_batches(owner, REGISTRY, source.relation, partial(_fold, owner), progress)
        finally:
            owner.execute("select events.drop_registry_copy()")


def _fold(owner: SyncConnection, after_id: int, up_to_id: int) -> None:
    with fact_at_fault(REGISTRY):
        owner.execute("select beside.project_registry(%s, %s, 'scratch.facts')", (after_id, up_to_id))


def _finish(owner: SyncConnection, position: int) -> dict[str, Replaced]:
    rows: Any = owner.execute(FINISH, (position, TABLES)).fetchall()
    return {table: Replaced(removed, inserted) for table, removed, inserted in rows if removed or inserted}


def _compared(owner: SyncConnection, table: str, most: int) -> Verdict:
    beside, since = table.replace("domain.", "beside."), kept_from(owner, table)
    return told(table, owner.execute(DIFFERENCES, (table, beside, since, most)))
