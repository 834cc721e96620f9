"""Makes another parsing of a range the one that counts, and state follow from it.

Writes events.parsed, events.rejected and events.ledger through events.reparse_chunk, and events.reparses; then makes
the parts of state anew that follow from changed facts. Every chunk is a transaction: a killed run is gone on with.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import psycopg

from fleet.db import first_line
from fleet.errors import FleetError
from fleet.migrate import SyncConnection
from fleet.observe import log
from fleet.parser import Limits
from fleet.pipeline.outcome import fact_rows, rejection_rows
from fleet.pipeline.parse_stage import UNSTORABLE
from fleet.reparse.again import Parser, Row, Span, parse_again
from fleet.reparse.diff import Touched
from fleet.replay.catch_up import catch_up
from fleet.replay.log_reach import live_log
from fleet.replay.part import Part, has_times, replay_part
from fleet.replay.progress import Progress
from fleet.replay.registry import replay_registry
from fleet.replay.units import REGISTRY, UNITS

BEGIN: Final = "select reparse_id, position from events.begin_reparse(%s::smallint, %s, %s)"
CHUNK: Final = "select events.reparse_chunk(%s, %s, %s::jsonb, %s::jsonb, %s, %s, %s)"
TOUCHED: Final = "select imeis, changed_from, changed_to from events.reparses where reparse_id = %s"
END: Final = "update events.reparses set ended_at = clock_timestamp() where reparse_id = %s"
INSTANT: Final = timedelta(microseconds=1)


class AnotherUnfinished(FleetError):
    """Another range was begun, and its end was never reached."""


def apply(owner: SyncConnection, span: Span, by: Parser, limits: Limits, progress: Progress) -> None:
    """Let a parser speak for a span, and state follow. Errors: AnotherUnfinished."""
    reparse_id, position = _begin(owner, span, by)
    for rows in parse_again(owner, Span(position, span.up_to_id), by, limits):
        _write(owner, reparse_id, rows, by)
        progress.tell(rows[-1].raw.id - span.after_id, span.up_to_id - span.after_id)
    _make_state_follow(owner, reparse_id, limits, progress)
    owner.execute(END, (reparse_id,))


def _begin(owner: SyncConnection, span: Span, by: Parser) -> tuple[int, int]:
    try:
        row: Any = owner.execute(BEGIN, (by.version, span.after_id, span.up_to_id)).fetchone()
    except psycopg.errors.ObjectInUse as another:
        raise AnotherUnfinished(f"Finish what was begun first: {first_line(another)}.") from another
    return row[0], row[1]


def _write(owner: SyncConnection, reparse_id: int, rows: list[Row], by: Parser) -> None:
    """A chunk; a fact that the database refuses becomes a rejection of its item, as where bodies are parsed first."""
    try:
        _store(owner, reparse_id, rows, by)
    except UNSTORABLE as refused:
        log.error("facts_refused_by_database", after_id=rows[0].raw.id - 1, reason=first_line(refused))
        _store(owner, reparse_id, [_storable(owner, reparse_id, row, by) for row in rows], by)


def _store(owner: SyncConnection, reparse_id: int, rows: list[Row], by: Parser) -> None:
    """Errors: UNSTORABLE."""
    touched = Touched()
    for row in rows:
        touched.add(row.changes(by))
    outcomes = [row.outcome for row in rows if row.version != by.version]
    parameters = (
        reparse_id,
        rows[-1].raw.id,
        fact_rows(outcomes),
        rejection_rows(outcomes),
        sorted(touched.imeis),
        touched.from_time,
        touched.to_time,
    )
    owner.execute(CHUNK, parameters)


def _storable(owner: SyncConnection, reparse_id: int, row: Row, by: Parser) -> Row:
    """A row with what can be stored of it."""
    if _refusal(owner, reparse_id, row, by) is None:
        return row
    alone = [replace(row, parsed=outcome.parsed) for outcome in row.outcome.one_by_one]
    tried = [_refusal(owner, reparse_id, each, by) for each in alone]
    refusals = {place: refusal for place, refusal in enumerate(tried) if refusal is not None}
    return replace(row, parsed=row.outcome.less_refused(refusals).parsed)


def _refusal(owner: SyncConnection, reparse_id: int, row: Row, by: Parser) -> str | None:
    """Why the database refuses to store a row; None when it does not. Nothing is stored."""
    try:
        with owner.transaction(force_rollback=True):
            _store(owner, reparse_id, [row], by)
    except UNSTORABLE as refused:
        return first_line(refused)
    return None


def _make_state_follow(owner: SyncConnection, reparse_id: int, limits: Limits, progress: Progress) -> None:
    """Old facts are folded before they are left out, or a projector that lags would fold them afterwards."""
    imeis, changed_from, changed_to = owner.execute(TOUCHED, (reparse_id,)).fetchone()  # type: ignore[misc]
    if not imeis:
        return
    catch_up(owner)
    source = live_log(owner)
    begins = source.device_times_from(limits.max_device_ahead)
    times = Part(max(begins or changed_from, changed_from), changed_to + INSTANT, imeis)  # type: ignore[type-var, operator, arg-type]
    for unit in UNITS:
        part = times if has_times(owner, unit) else Part(imeis=imeis)  # type: ignore[arg-type]
        if begins and part.from_time is None:
            progress.note(f"{unit.table} keeps what it holds: facts that it was made of have left the log.")
        else:
            replay_part(owner, unit, source.relation, part, limits.max_device_ahead, Progress(unit.table))
    if begins:
        progress.note("The registry keeps what it holds: facts that it was made of have left the log.")
    else:
        replay_registry(owner, source, limits.max_device_ahead, Progress(REGISTRY.table))
