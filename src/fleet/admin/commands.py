"""`fleet vehicles|devices|drivers|cost-centres|cities|accounts list|show` and `fleet gaps`."""

from typing import Annotated

import typer

from fleet.admin.administration import Administration, Kind, Row
from fleet.admin.session import as_operator, told
from fleet.errors import FleetError

DIFFERENCES = 1

AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]

vehicles = typer.Typer(help="Vehicles: what they are, and who drives them.", no_args_is_help=True)
devices = typer.Typer(help="Devices: their vehicle, and their lifecycle.", no_args_is_help=True)
drivers = typer.Typer(help="Drivers.", no_args_is_help=True)
cost_centres = typer.Typer(help="Cost centres and their short codes.", no_args_is_help=True)
cities = typer.Typer(help="Cities that vehicles are assigned to.", no_args_is_help=True)
accounts = typer.Typer(help="Vendor accounts whose devices are polled.", no_args_is_help=True)

COLUMNS: dict[Kind, tuple[str, ...]] = {
    "vehicles": ("plate", "cost_centre", "city", "driver", "imeis"),
    "devices": ("imei", "lifecycle", "plate", "account", "heard_at"),
    "drivers": ("name", "staff_no", "phone", "city", "cost_centre", "plates"),
    "cost_centres": ("name", "code", "colour", "vehicles"),
    "cities": ("city", "vehicles"),
    "accounts": ("code", "name", "polled", "devices"),
}
APPS: dict[Kind, typer.Typer] = {
    "vehicles": vehicles,
    "devices": devices,
    "drivers": drivers,
    "cost_centres": cost_centres,
    "cities": cities,
    "accounts": accounts,
}


class NotThere(FleetError):
    """What was asked for does not exist."""


def _readable(kind: Kind) -> None:
    """Commands that list a kind and show one of it."""
    what = kind.replace("_", " ")

    @APPS[kind].command("list", help=f"The {what}, in the order of their names.")
    def list_(
        search: Annotated[str, typer.Option(help="Only those that show this text somewhere.")] = "",
        limit: Annotated[int, typer.Option(min=1, max=10_000)] = 500,
        offset: Annotated[int, typer.Option(min=0)] = 0,
        as_json: AsJson = False,
    ) -> None:
        page = as_operator(lambda admin: admin.page(kind, search, limit, offset))
        told(
            page, as_json, "\n".join([*(line(row, COLUMNS[kind]) for row in page["items"]), f"{page['total']} in all."])
        )

    @APPS[kind].command("show", help=f"One of the {what}.")
    def show(name: str, as_json: AsJson = False) -> None:
        row = as_operator(lambda admin: found(admin, kind, name))
        told(row, as_json, "\n".join(f"{field}: {shown(value)}" for field, value in row.items()))


async def found(admin: Administration, kind: Kind, name: str) -> Row:
    """One of a kind. Errors: NotThere."""
    row = await admin.item(kind, name)
    if row is None:
        raise NotThere(f"There is no {name} among the {kind.replace('_', ' ')}. Try the command list --search.")
    return row


def line(row: Row, columns: tuple[str, ...]) -> str:
    """A row as one line of text."""
    return "  ".join(shown(row[column]) for column in columns)


def shown(value: object) -> str:
    """A value as people read it; a dash for none."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    if isinstance(value, dict):
        return ", ".join(f"{name} {shown(part)}" for name, part in value.items() if part is not None) or "–"
    return "–" if value is None else str(value)


def gaps(as_json: AsJson = False) -> None:
    """Where upstream and ours differ, and what is missing or double among ours. Exit code 1 when there are any."""
    rows = as_operator(lambda admin: admin.gaps())
    lines = [f"{row['kind']}: {line_of_gap(row)}" for row in rows]
    told({"gaps": rows}, as_json, "\n".join([*lines, f"{len(rows)} gaps." if rows else "No gaps."]))
    if rows:
        raise typer.Exit(DIFFERENCES)


def line_of_gap(row: Row) -> str:
    """A gap as one line: what it is about, ours, upstream's."""
    about = [str(row[field]) for field in ("imei", "plate", "driver") if row[field] is not None]
    sides = [f"{side}: {row[side]}" for side in ("ours", "upstream") if row[side] is not None]
    return f"{' '.join(about) or '–'}; {'; '.join(sides) or '–'}"


for each in APPS:
    _readable(each)
