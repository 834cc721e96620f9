"""What the commands that change something share: their options, and stating it."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from fleet.admin.administration import Administration, Kind, Row
from fleet.admin.session import as_operator, author, told
from fleet.admin.statements import Statement
from fleet.clock import EAT
from fleet.errors import SettingInvalid

Why = Annotated[str | None, typer.Option("--reason", help="Kept with the change.")]
By = Annotated[str | None, typer.Option("--by", help="Who says so; default: the user of this machine.")]
Clear = Annotated[list[str] | None, typer.Option(help="A field that has no value any more; repeatable.")]
From = Annotated[
    str | None, typer.Option("--from", help="From when on, such as 2026-11-20T08:00 (EAT, if no zone is named).")
]


def state(statement: Statement, by: str | None, reason: str | None, kind: Kind, name: str, as_json: bool) -> None:
    """Record a statement and show what came of it."""

    async def work(admin: Administration) -> tuple[int, Row | None]:
        recorded = await admin.state(statement, author(by, reason))
        return recorded.event_id, await admin.item(kind, name) if recorded.folded else None

    event_id, row = as_operator(work)
    shows = "" if row else " It shows as soon as a worker has read it."
    told({"event_id": event_id, "row": row}, as_json, f"{name}: recorded as event {event_id}.{shows}")


def fields(clear: list[str] | None, known: tuple[str, ...], **given: str | bool | None) -> dict[str, Any]:
    """What is told of a thing: given values, and None for those to clear. Errors: SettingInvalid."""
    for name in clear or ():
        if name.replace("-", "_") not in known or given.get(name.replace("-", "_")) is not None:
            raise SettingInvalid(f"--clear {name}: name one of {', '.join(known)}, and give it no value as well.")
    return {field: value for field, value in given.items() if value is not None} | {
        name.replace("-", "_"): None for name in clear or ()
    }


def moment(text: str | None) -> str | None:
    """A time as people write it, in UTC. Errors: SettingInvalid."""
    if text is None:
        return None
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise SettingInvalid(f"--from {text}: write it like 2026-11-20T08:00.") from None
    return (given if given.tzinfo else given.replace(tzinfo=EAT)).astimezone(UTC).isoformat()
