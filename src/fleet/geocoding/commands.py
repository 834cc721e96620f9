"""`fleet geocoding`: how many places wait for an address, and how those who are asked fare."""

from datetime import datetime
from typing import Annotated, Any

import orjson
import typer

from fleet.clock import EAT
from fleet.config import OwnerSettings

DIFFERENCES = 1
KEPT = """
    select coalesce(json_object_agg(precision, cells), '{}')
    from (select precision, count(*) as cells from state.geocoded_positions group by 1 order by 1 desc) counted"""


def geocoding(as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False) -> None:
    """Places that wait for an address, addresses kept, last success and last failure. Exit 1 while nobody answers."""
    from fleet.migrate import connect

    with connect(OwnerSettings.read().database_owner_url.get_secret_value()) as owner:
        found = _only(owner.execute("select geo.status()"))
        found["kept"] = _only(owner.execute(KEPT))
    typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2) if as_json else _as_text(found))
    raise typer.Exit(DIFFERENCES if _is_silent(found["geocoders"]) else 0)


def _only(cursor: Any) -> dict[str, Any]:
    ((document,),) = cursor.fetchall()
    return dict(document)


def _is_silent(geocoders: dict[str, Any]) -> bool:
    """Do all that were ever asked fail at present?"""
    return bool(geocoders) and all(told["failures_in_a_row"] for told in geocoders.values())


def _as_text(found: dict[str, Any]) -> str:
    kept = ", ".join(f"{count} {precision}" for precision, count in found["kept"].items()) or "none"
    lines = [f"Waiting: {found['waiting']}, {found['retrying']} of them after a failure. Kept: {kept}."]
    for name, told in found["geocoders"].items():
        lines.append(f"{name:<10} last success {_eat(told['succeeded_at'])}")
        if told["failed_at"]:
            failures = f"{told['failures_in_a_row']} in a row" if told["failures_in_a_row"] else "over"
            lines.append(f"{'':<10} last failure {_eat(told['failed_at'])} ({failures}): {told['problem']}")
    return "\n".join(lines if found["geocoders"] else [*lines, "Nobody has been asked yet."])


def _eat(moment: str | None) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(EAT):%Y-%m-%d %H:%M:%S} EAT" if moment else "never"
