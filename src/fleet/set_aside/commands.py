"""`fleet set-aside`: facts that a projector could not fold."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import orjson
import typer

from fleet.config import OwnerSettings

if TYPE_CHECKING:
    from fleet.migrate import SyncConnection

DIFFERENCES = 1
LISTED: Final = "select serve.facts_set_aside(%s, 0, '', %s)"
RETRY: Final = "select events.retry_set_aside(%s, %s)"

app = typer.Typer(help="Facts that could not be folded into their tables.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
Projector = Annotated[str | None, typer.Option(help="Of this one alone, such as position_history.")]


@app.command("list")
def list_aside(
    projector: Projector = None, limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50, as_json: AsJson = False
) -> None:
    """What is set aside, and what is wrong with it. Exit code 1 when there is anything."""
    from fleet.migrate import connect

    with connect(_url()) as owner:
        found = _listed(owner, projector, limit)
    if as_json:
        _print_json(found)
    else:
        for one in found:
            print(_line(one))
        if not found:
            print("Nothing is set aside.")
    raise typer.Exit(DIFFERENCES if found else 0)


@app.command("retry")
def retry(projector: Projector = None, as_json: AsJson = False) -> None:
    """Fold what is set aside, now that its cause was mended. Exit code 1 when something cannot be folded still."""
    from fleet.migrate import connect

    folded, refused = 0, []
    with connect(_url()) as owner:
        for one in _listed(owner, projector, None):
            row: Any = owner.execute(RETRY, (one["projector"], one["fact_id"])).fetchone()
            if row[0] is None:
                folded += 1
            else:
                refused.append(one | {"error": row[0]})
    if as_json:
        _print_json({"folded": folded, "refused": refused})
    else:
        for one in refused:
            print(_line(one))
        print(f"{folded} facts folded, {len(refused)} set aside still.")
    raise typer.Exit(DIFFERENCES if refused else 0)


def _listed(owner: "SyncConnection", projector: str | None, most: int | None) -> list[dict[str, Any]]:
    rows: list[Any] = owner.execute(LISTED, (projector, most)).fetchall()
    return [row[0] for row in rows]


def _line(one: dict[str, Any]) -> str:
    return (
        f"{one['projector']}: fact {one['fact_id']} {one['kind']} of {one['imei'] or 'no device'}, "
        f"raw {one['raw_id']} item {one['item']}: {one['error']}"
    )


def _print_json(document: Any) -> None:
    print(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())


def _url() -> str:
    return OwnerSettings.read().database_owner_url.get_secret_value()
