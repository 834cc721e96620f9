"""`fleet archive`: the files of the archive, and whether they still hold what was written."""

import sys
from typing import Annotated, Any

import orjson
import typer

from fleet.config import OwnerSettings

DIFFERENCES = 1

app = typer.Typer(help="Raw rows that have left the log.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]


@app.command("list")
def list_files(as_json: AsJson = False) -> None:
    """The files of the archive, oldest first."""
    from fleet.archive.reading import entered
    from fleet.migrate import connect

    with connect(OwnerSettings.read().database_owner_url.get_secret_value()) as owner:
        files = entered(owner)
    if as_json:
        _print_json([file.as_document() for file in files])
        return
    for file in files:
        print(
            f"{file.first_received_at:%Y-%m-%d %H:%M:%S} to {file.last_received_at:%Y-%m-%d %H:%M:%S} UTC  "
            f"{file.rows:>8} rows  {file.file_bytes / 1e6:8.1f} MB  {file.path}"
        )
    if not files:
        print("Nothing has been archived.")


@app.command("verify")
def verify(as_json: AsJson = False) -> None:
    """Read every file and compare it with what was written. Exit code 1 where one differs or is gone."""
    from fleet.archive.reading import entered, trouble_with
    from fleet.archive.store import required
    from fleet.migrate import connect

    settings = OwnerSettings.read()
    store = required(settings)
    with connect(settings.database_owner_url.get_secret_value()) as owner:
        files = entered(owner)
    troubles: list[dict[str, Any]] = []
    for number, file in enumerate(files, 1):
        trouble = trouble_with(store, file)
        if trouble:
            troubles.append({"path": file.path, "trouble": trouble})
        print(f"\r{number} of {len(files)} files", end="" if number < len(files) else "\n", file=sys.stderr)
    if as_json:
        _print_json({"files": len(files), "troubles": troubles})
    else:
        for each in troubles:
            print(f"{each['path']}: {each['trouble']}")
        print(f"{len(files)} files, {len(troubles)} of them not as they were written.")
    if troubles:
        raise typer.Exit(DIFFERENCES)


def _print_json(document: object) -> None:
    print(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
