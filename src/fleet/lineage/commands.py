"""`fleet events`: what was received of a device, and what came of it."""

import getpass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from fleet.config import OwnerSettings

if TYPE_CHECKING:
    from fleet.lineage.body import Excerpt

NOTHING = 1

app = typer.Typer(help="What was received, byte for byte, and what came of it.", no_args_is_help=True)


@app.callback()
def events() -> None:
    """What was received, byte for byte, and what came of it."""


@app.command("find")
def find(
    imei: Annotated[str, typer.Option(help="The device.")],
    at: Annotated[str, typer.Option(help="An ISO time, such as 2026-11-20T08:30; East African where it has no zone.")],
    within: Annotated[int, typer.Option(min=0, max=86_400, help="Seconds before and after it.")] = 300,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many raw rows.")] = 20,
    most_bytes: Annotated[int, typer.Option("--bytes", min=1, max=1_048_576, help="At most so much of each.")] = 4000,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Raw rows in which a device said something around an instant, by its clock or by ours.

    With the bytes received, the facts of each parser version, what was rejected, and the rows of state that came of
    it. Tokens were masked before they were stored. That you looked is noted. Exit code 1 when there is nothing.
    """
    from fleet.lineage.finding import beside
    from fleet.lineage.finding import find as find_events
    from fleet.lineage.search import NotAnInstant, Search, nothing_found, read_instant
    from fleet.migrate import connect

    try:
        search = Search(imei.strip(), read_instant(at), timedelta(seconds=within))
    except NotAnInstant as unreadable:
        raise typer.BadParameter(str(unreadable), param_hint="--at") from unreadable
    with connect(OwnerSettings.read().database_owner_url.get_secret_value()) as owner:
        found, following = find_events(owner, search, getpass.getuser(), limit, most_bytes)
        nearest = beside(owner, search) if not found else None
    message = nothing_found(search, nearest) if nearest is not None else None
    if as_json:
        items = [{**row, **excerpt.as_document()} for row, excerpt in found]
        document = {"searched": search.as_document(), "items": items, "next": following, "nearest": nearest,
                    "message": message}  # fmt: skip
        print(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
    else:
        for row, excerpt in found:
            _print_event(row, excerpt)
        if following:
            print(f"There are more than {limit}: repeat with a larger --limit, or a smaller --within.")
        if message:
            print(message)
    if not found:
        raise typer.Exit(NOTHING)


def _print_event(row: dict[str, Any], excerpt: "Excerpt") -> None:
    from fleet.lineage.body import printable as shown_safely

    if row["is_kept"]:
        origin = f"{row['source']} {row['topic']}, received {row['received_at']}"
        print(f"raw {row['raw_id']}, {origin}, {excerpt.size} bytes:")
        print(excerpt.printable())
    else:
        print(f"raw {row['raw_id']}, received {row['received_at']}: its bytes have left the log (see the archive)")
    for fact in row["facts"]:
        version = f"parser version {fact['parser_version']}" + ("" if fact["active"] else ", superseded")
        print(f"  item {fact['item']} {fact['kind']} of {fact['occurred_at']} ({version})")
        print("    " + shown_safely(orjson.dumps(fact["data"]).decode()))
        for place in fact["rows"]:
            print(f"    {_fate(place)}")
    if row["other_facts"]:
        print(f"  and {row['other_facts']} facts of other devices")
    for one in row["rejections"]:
        why = shown_safely(f"{one['reason']} ({one['detail']})")
        print(f"  item {one['item']} rejected: {why}, parser version {one['parser_version']}")
    print()


def _fate(place: dict[str, Any]) -> str:
    key = ", ".join(f"{name} {value}" for name, value in place["key"].items())
    if place["won"]:
        return f"→ {place['table']} ({key})"
    if place["raw_id"] is None:
        return f"→ {place['table']}: no row (not folded yet, or gone)"
    return f"→ {place['table']} ({key}) holds what raw {place['raw_id']} says"
