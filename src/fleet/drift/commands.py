"""`fleet drift`: what changed upstream, for people and scripts."""

import getpass
from typing import Annotated, Any

import orjson
import typer

from fleet.config import OwnerSettings
from fleet.errors import FleetError

DIFFERENCES = 1

app = typer.Typer(help="What the upstream has begun to do otherwise.", no_args_is_help=True)


class NoOpenFinding(FleetError):
    """There is no open finding of that number."""


@app.command("list")
def list_findings(
    everything: Annotated[bool, typer.Option("--all", help="Acknowledged and resolved ones too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Open findings, newest first. Exit code 1 when there are any."""
    found = read_findings(None if everything else ["open"])
    if as_json:
        print(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
    else:
        for finding in found:
            print(_line(finding))
        if not found:
            print("Nothing is open: the upstream does what it always did.")
    if any(finding["state"] == "open" for finding in found):
        raise typer.Exit(DIFFERENCES)


@app.command("ack")
def acknowledge(
    finding_id: Annotated[list[int], typer.Argument(help="Numbers of open findings.")],
    note: Annotated[str, typer.Option(help="Why they are no reason to worry.")] = "",
    by: Annotated[str | None, typer.Option(help="Who says so; default: the user of this machine.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Acknowledge findings: what is new in them is known from then on."""
    from fleet.migrate import connect

    who = by or getpass.getuser()
    with connect(_owner_url()) as owner:
        unknown = [
            one for one in finding_id
            if owner.execute("select drift.acknowledge(%s, %s, %s)", (one, who, note)).fetchone() != (True,)
        ]  # fmt: skip
    done = [one for one in finding_id if one not in unknown]
    if as_json:
        print(orjson.dumps({"acknowledged": done, "not_open": unknown}).decode())
    else:
        for one in done:
            print(f"{one}: acknowledged by {who}.")
    if unknown:
        raise NoOpenFinding(f"Not open, or no finding at all: {', '.join(map(str, unknown))}. See fleet drift list.")


def read_findings(states: list[str] | None) -> list[dict[str, Any]]:
    """Findings of these states, newest first; None: of any."""
    from fleet.migrate import connect

    with connect(_owner_url()) as owner:
        rows = owner.execute("select serve.drift_findings(%s, page_size => 1000)", (states,)).fetchall()
    return [row[0] for row in rows]  # type: ignore[misc]


def _line(finding: dict[str, Any]) -> str:
    state = "" if finding["state"] == "open" else f" [{finding['state']}]"
    examples = ", ".join(map(str, finding["raw_ids"]))
    return (
        f"{finding['finding_id']}{state} {finding['kind']}: {finding['sentence']}\n"
        f"    {finding['count']} times from {finding['first_seen_at'][:19]} to {finding['last_seen_at'][:19]} UTC,"
        f" as in raw {examples}"
    )


def _owner_url() -> str:
    return OwnerSettings.read().database_owner_url.get_secret_value()
