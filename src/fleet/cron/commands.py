"""`fleet jobs`: what is done by the clock, and how it fares."""

from datetime import datetime
from typing import Annotated, Any

import orjson
import typer

from fleet.clock import EAT
from fleet.config import OwnerSettings

DIFFERENCES = 1


def jobs(as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False) -> None:
    """Polls and other jobs of cron: last success, what it brought, problems. Exit 1 when one fails or is overdue."""
    from fleet.migrate import connect

    settings = OwnerSettings.read()
    with connect(settings.database_owner_url.get_secret_value()) as owner:
        cursor = owner.execute("select * from serve.fn_jobs()")
        names = [column.name for column in cursor.description or ()]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    if as_json:
        typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    else:
        for job in found:
            typer.echo(_line(job))
        if not found:
            typer.echo("No job has run yet.")
    raise typer.Exit(DIFFERENCES if any(job["problem"] or job["overdue"] for job in found) else 0)


def _line(job: dict[str, Any]) -> str:
    name = f"{job['job']} {job['account']}".rstrip()
    told = f"{name:<40} {_state(job):<8} last success {_eat(job['succeeded_at'])}, {job['brought']} rows"
    if job["problem"]:
        return f"{told}; {job['failures_in_a_row']} failures in a row: {job['problem']}"
    return f"{told}; {job['waits_for']}" if job["waits_for"] else told


def _state(job: dict[str, Any]) -> str:
    if job["problem"]:
        return "failing"
    return "overdue" if job["overdue"] else "waiting" if job["waits_for"] else "well"


def _eat(moment: datetime | None) -> str:
    return f"{moment.astimezone(EAT):%Y-%m-%d %H:%M:%S} EAT" if moment else "never"
