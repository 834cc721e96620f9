"""`fleet rebuilds`: what replays and verifications have left behind, when they were killed and nobody went on."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from fleet.config import OwnerSettings

if TYPE_CHECKING:
    from fleet.rebuilds.leftovers import Leftover

LEFT_BEHIND = 1

app = typer.Typer(help="Tables that are being built anew, or that a killed replay has left.", no_args_is_help=True)


@app.command("list")
def list_left(as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False) -> None:
    """What is being built, or was begun and left. Exit code 1 when there is something and no replay is under way."""
    from fleet.migrate import connect
    from fleet.rebuilds.leftovers import is_under_way, leftovers

    with connect(_url()) as owner:
        under_way, found = is_under_way(owner), leftovers(owner)
    if as_json:
        document = {"under_way": under_way, "tables": [asdict(each) for each in found]}
        print(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
    else:
        print("\n".join(_line(each) for each in found) if found else "Nothing is left.")
        if under_way:
            print("A replay, a verification or a reparse is under way.")
    raise typer.Exit(LEFT_BEHIND if found and not under_way else 0)


@app.command("discard")
def discard_left(
    table: Annotated[str, typer.Argument(help="A table of state, such as position_history, or `all`.")],
) -> None:
    """Drop what was begun of a table; a replay of it starts over. `all`: and what was read back from the archive."""
    from fleet.rebuilds.leftovers import discard, discard_sources, leftovers
    from fleet.replay.session import alone
    from fleet.replay.units import ALL, chosen

    units = chosen(table)
    with alone(_url()) as owner:
        before = leftovers(owner)
        if table == ALL:
            discard_sources(owner)
        discard(owner, units)
        gone = {each.table for each in before} - {each.table for each in leftovers(owner)}
    for each in before:
        if each.table in gone:
            print(f"{each.table}: dropped, {_mb(each)}.")
    if not gone:
        print("There was nothing to discard.")


def _line(left: "Leftover") -> str:
    if left.started_at is None or left.moved_at is None:
        return f"{left.table}: {_mb(left)}."
    return (
        f"{left.table}: {_mb(left)}, from {left.source}, {left.built_to}; "
        f"begun {left.started_at:%Y-%m-%d %H:%M}, moved {left.moved_at:%Y-%m-%d %H:%M} UTC."
    )


def _mb(left: "Leftover") -> str:
    return f"{left.bytes / 1e6:,.1f} MB"


def _url() -> str:
    return OwnerSettings.read().database_owner_url.get_secret_value()
