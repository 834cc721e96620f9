"""`fleet retention`: what is kept for how long, how old and large it is, what is due; and applying it."""

import getpass
import sys
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from fleet.config import OwnerSettings
from fleet.errors import WrongUsage

if TYPE_CHECKING:
    from fleet.migrate import SyncConnection
    from fleet.retention.applying import Done

DIFFERENCES = 1
REPORT = "select * from series.retention_report() order by table_name"


def retention(
    apply: Annotated[bool, typer.Option("--apply", help="Archive, drop and delete what is due, now.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """What each table keeps and what is due to leave. Exit code 1 when something due cannot leave."""
    from fleet.migrate import connect
    from fleet.retention.run import run

    settings = OwnerSettings.read()
    url = settings.database_owner_url.get_secret_value()
    done = run(url, settings) if apply else None
    with connect(url) as owner:
        tables = read_report(owner)
    if as_json:
        document = {"tables": tables, "applied": done and done.as_document()}
        print(orjson.dumps(document, option=orjson.OPT_INDENT_2, default=_plain).decode())
    else:
        for table in tables:
            print(_line(table))
        if done:
            print(_told(done))
    problems = done.problems if done else _held(tables, archived=settings.archive_url is not None)
    for problem in problems:
        print(f"fleet: {problem}", file=sys.stderr)
    if problems:
        raise typer.Exit(DIFFERENCES)


def erase(
    raw_id: Annotated[int, typer.Option(help="Number of the raw row.")],
    reason: Annotated[str, typer.Option(help="Who has the right to ask for it, and why; kept with the erasure.")],
    by: Annotated[str | None, typer.Option(help="Who orders it; default: the user of this machine.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Mask the bytes of a raw row, in the log and in the archive, for good. Its length and hash are kept.

    Facts that were made of it stay until its range is parsed again (fleet reparse).
    """
    from fleet.archive.store import Store
    from fleet.migrate import connect
    from fleet.retention.erasing import erase as mask

    if not reason.strip():
        raise WrongUsage("Say the --reason: an erasure is kept with it.")
    settings = OwnerSettings.read()
    with connect(settings.database_owner_url.get_secret_value()) as owner:
        done = mask(owner, Store.from_settings(settings), raw_id, reason, by or getpass.getuser())
    if as_json:
        print(orjson.dumps(asdict(done)).decode())
    else:
        print(f"{raw_id}: {done.bytes} bytes of {done.received_at:%Y-%m-%d %H:%M:%S} UTC are masked.")


def read_report(owner: "SyncConnection") -> list[dict[str, Any]]:
    """Every declared table, with what is due to leave it."""
    cursor = owner.execute(REPORT)
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _held(tables: list[dict[str, Any]], *, archived: bool) -> list[str]:
    """What cannot leave; what waits for the next run alone, which archives it, can."""
    waits = "it is not archived" if archived else None
    return [f"{each['table_name']}: {each['held']}." for each in tables if each["held"] not in (None, waits)]


def _plain(value: object) -> str:
    if isinstance(value, timedelta):
        return f"{value.days} days" if not value.seconds else str(value)
    raise TypeError


def _line(table: dict[str, Any]) -> str:
    size = f"{table['table_name']:28} {table['bytes'] / 1e6:10.1f} MB"
    if table["keep"] is None:
        return f"{size}  bounded: {table['bounded_by']}"
    oldest: datetime | None = table["oldest"]
    what = "chunks" if table["kind"] == "series" else "rows"
    keeps = f"keeps {_plain(table['keep'])}" + (", archived" if table["archive"] else "")
    due = f"; {table['due']} {what} due" if table["due"] else ""
    held = f", held: {table['held']}" if table["held"] else ""
    return f"{size}  {keeps}; oldest {f'{oldest:%Y-%m-%d}' if oldest else 'none'}{due}{held}"


def _told(done: "Done") -> str:
    return (
        f"{done.rows_archived} raw rows archived in {done.files_written} files, {done.chunks_dropped} chunks dropped, "
        f"{done.rows_deleted} rows deleted, {done.chunks_compressed} chunks compressed."
    )
