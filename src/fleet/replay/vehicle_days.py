"""Vehicle-days made anew out of the position history: all beside the live tables, or some in place; and verified.

Reads state.position_history; writes schemas `rebuild` and `scratch`, events.rebuilds and events.days_refolded, and at
the end the four tables of vehicle-days, together.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final

from fleet import clock
from fleet.archive.horizon import kept_from
from fleet.migrate import SyncConnection
from fleet.pipeline.vehicle_days import (
    CLAIM,
    DAYS_AT_ONCE,
    FINISH,
    KEEP,
    LEASE,
    LOCK,
    READ,
    VEHICLE_DAY_TABLES,
    VehicleDay,
    columns,
    told_of,
)
from fleet.replay.log_reach import Source
from fleet.replay.part import Part
from fleet.replay.progress import Progress
from fleet.replay.rebuild import swap_when_free
from fleet.replay.verify import DIFFERENCES, Verdict, verdict_of
from fleet.trips import VERSION

HISTORY: Final = "state.position_history"
DAYS: Final = "select vehicle_id, day from state.days_of_history(%s::regclass, %s) order by day, vehicle_id"
REFOLDED: Final = "select day, imei, vehicle_id from events.days_refolded"
FORGET: Final = "delete from events.days_refolded where (day, imei, vehicle_id) = (%s, %s, %s)"
MOST_COMPARED: Final = 100_000


def source_of_days(owner: SyncConnection) -> Source:
    """The history, which retention may have cut."""
    return Source(HISTORY, kept_from(owner, HISTORY))


def rebuild_days(owner: SyncConnection, progress: Progress) -> None:
    """All vehicle-days, from the history as it is. Errors: TableInUse."""
    tables = list(VEHICLE_DAY_TABLES)
    row: Any = owner.execute("select events.begin_day_rebuild(%s, %s)", (tables, VERSION)).fetchone()
    owner.execute("select pg_advisory_xact_lock(4201, 4)")  # folds that began before can tell us nothing: they end now
    days = _days(owner, row[0] + timedelta(days=1))
    total = len({day for _, day in days})
    for done, (day, vehicles) in enumerate(groupby(days, key=lambda each: each[1]), 1):
        with owner.transaction():
            fold_days(owner, "rebuild", list(vehicles))
            owner.execute("select events.note_day_built(%s)", (day,))
        progress.tell(done, total)
    for table in VEHICLE_DAY_TABLES:
        owner.execute("select series.copy_indexes(%s, %s)", (table, table.replace("state.", "rebuild.")))
    swap_when_free("state.vehicle_days", lambda: _swap(owner))


def replay_days(owner: SyncConnection, part: Part) -> int:
    """The vehicle-days of a part in place, each in a transaction; how many marks were folded."""
    owner.execute("select events.mark_days(%s, %s, %s)", (part.imei_list, part.from_time, part.to_time))
    folded = 0
    while marks := owner.execute(CLAIM, ("replay", LEASE, DAYS_AT_ONCE)).fetchall():
        dates, imeis, vehicles, numbers = columns(marks)
        with owner.transaction():
            _fold_marked(owner, "state", dates, imeis, vehicles)
            owner.execute(FINISH, (dates, imeis, vehicles, numbers))
        folded += len(marks)
    return folded


def verify_days(owner: SyncConnection, most: int, progress: Progress) -> Iterator[Verdict]:
    """Each table against what the history comes to; vehicle-days that are marked are not due yet and left out."""
    since = source_of_days(owner).complete_from
    _discard(owner)
    for table in VEHICLE_DAY_TABLES:
        owner.execute("select series.make_beside(%s, %s)", (table, table.replace("state.", "scratch.")))
    try:
        with owner.transaction():
            owner.execute("set transaction isolation level repeatable read")
            days = _days(owner, since.astimezone(clock.EAT).date() + timedelta(days=1) if since else None)
            for done in range(0, len(days), DAYS_AT_ONCE):
                fold_days(owner, "scratch", days[done : done + DAYS_AT_ONCE])
                progress.tell(done, len(days))
            waiting = set(owner.execute("select vehicle_id, day from events.waiting_days()").fetchall())
            for table in VEHICLE_DAY_TABLES:
                yield _compared(owner, table, waiting, since, most)
    finally:
        _discard(owner)


def fold_days(owner: SyncConnection, schema: str, days: Sequence[VehicleDay]) -> None:
    """Fold vehicle-days out of the live history into the tables of a schema."""
    for first in range(0, len(days), DAYS_AT_ONCE):
        some = days[first : first + DAYS_AT_ONCE]
        vehicles, dates = columns(some)
        fixes = owner.execute(READ, (vehicles, dates, HISTORY), binary=True).fetchall()
        owner.execute(KEEP, (schema, vehicles, dates, told_of(some, fixes)))


def _days(owner: SyncConnection, from_day: date | None) -> list[VehicleDay]:
    return owner.execute(DAYS, (HISTORY, from_day)).fetchall()  # type: ignore[return-value]


def _fold_marked(owner: SyncConnection, schema: str, dates: list[date], imeis: list[str], vehicles: list[int]) -> None:
    fold_days(owner, schema, owner.execute(LOCK, (dates, imeis, vehicles)).fetchall())  # type: ignore[arg-type]


def _swap(owner: SyncConnection) -> None:
    """What workers have folded meanwhile is folded here too; they lock the vehicle before they tell, and so do we."""
    marks: list[Any] = owner.execute(REFOLDED).fetchall()
    for day, imei, vehicle in marks:
        with owner.transaction():
            owner.execute(LOCK, ([day], [imei], [vehicle]))
            owner.execute(FORGET, (day, imei, vehicle))
            _fold_marked(owner, "rebuild", [day], [imei], [vehicle])
    owner.execute("select events.finish_day_rebuild(%s)", (list(VEHICLE_DAY_TABLES),))


def _compared(owner: SyncConnection, table: str, waiting: set[Any], since: datetime | None, most: int) -> Verdict:
    rows = owner.execute(DIFFERENCES, (table, table.replace("state.", "scratch."), None, MOST_COMPARED)).fetchall()
    due = [row for row in rows if (day := _day_of(row[0])) not in waiting and not _is_before(day[1], since)]
    return verdict_of(table, due[:most], len(due))


def _day_of(key: Any) -> VehicleDay:
    hour_at = key.get("hour_at")
    day = datetime.fromisoformat(hour_at).astimezone(clock.EAT).date() if hour_at else date.fromisoformat(key["day"])
    return key["vehicle_id"], day


def _is_before(day: date, since: datetime | None) -> bool:
    return since is not None and day <= since.astimezone(clock.EAT).date()


def _discard(owner: SyncConnection) -> None:
    for table in VEHICLE_DAY_TABLES:
        owner.execute("select series.discard(%s)", (table.replace("state.", "scratch."),))
