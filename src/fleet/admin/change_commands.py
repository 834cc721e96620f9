"""`fleet … set`, `assign`, `lifecycle`, `history` and `accounts add`: changes at the machine, by way of the log."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from fleet.accounts import add_vendor_account
from fleet.admin.administration import Administration, Kind, Row
from fleet.admin.commands import (
    APPS,
    AsJson,
    accounts,
    cities,
    cost_centres,
    devices,
    drivers,
    found,
    gaps,
    shown,
    vehicles,
)
from fleet.admin.session import as_operator, author, owner_url, told
from fleet.admin.statements import Statement
from fleet.clock import EAT
from fleet.errors import SettingInvalid

app = typer.Typer()
for kind, each in APPS.items():
    app.add_typer(each, name=kind.replace("_", "-"))
app.command()(gaps)

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


def fields(clear: list[str] | None, known: tuple[str, ...], **given: str | None) -> dict[str, Any]:
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


@vehicles.command("set")
def set_vehicle(
    plate: str,
    cost_centre: Annotated[str | None, typer.Option()] = None,
    city: Annotated[str | None, typer.Option()] = None,
    make: Annotated[str | None, typer.Option()] = None,
    model: Annotated[str | None, typer.Option()] = None,
    clear: Clear = None,
    by: By = None,
    reason: Why = None,
    as_json: AsJson = False,
) -> None:
    """Change a vehicle, or add it. Cost centre and city must exist."""
    given = fields(
        clear, ("cost_centre", "city", "make", "model"), cost_centre=cost_centre, city=city, make=make, model=model
    )
    known = as_operator(lambda admin: admin.item("vehicles", plate))
    printed = known["plate"] if known else plate
    state(Statement.of("vehicle.set", {"plate": printed}, given), by, reason, "vehicles", plate, as_json)


@vehicles.command("assign")
def assign_driver(
    plate: str,
    driver: Annotated[str | None, typer.Option(help="The driver; without, nobody drives it.")] = None,
    valid_from: From = None,
    by: By = None,
    reason: Why = None,
    as_json: AsJson = False,
) -> None:
    """Say who drives a vehicle from an instant on: past, now or to come."""
    body = {"driver": driver, "valid_from": moment(valid_from)}
    state(Statement.assignment("driver.assign", {"plate": plate}, body), by, reason, "vehicles", plate, as_json)


@vehicles.command("history")
def vehicle_history(plate: str, as_json: AsJson = False) -> None:
    """The devices and drivers that a vehicle had, has and will have."""

    async def work(admin: Administration) -> Row:
        await found(admin, "vehicles", plate)
        return await admin.vehicle_history(plate)

    tell_history(as_operator(work), as_json)


@devices.command("set")
def set_device(
    imei: str,
    device_class: Annotated[str | None, typer.Option("--class", help="tracker or camera.")] = None,
    sim: Annotated[str | None, typer.Option()] = None,
    clear: Clear = None,
    by: By = None,
    reason: Why = None,
    as_json: AsJson = False,
) -> None:
    """Change a device, or make it known before it speaks."""
    given = fields(clear, ("device_class", "sim"), device_class=device_class, sim=sim)
    state(Statement.of("device.set", {"imei": imei}, given), by, reason, "devices", imei, as_json)


@devices.command("assign")
def assign_device(
    imei: str,
    vehicle: Annotated[str | None, typer.Option(help="The vehicle's plate; without, it is on none.")] = None,
    valid_from: From = None,
    by: By = None,
    reason: Why = None,
    as_json: AsJson = False,
) -> None:
    """Say which vehicle a device is on from an instant on: past, now or to come."""
    body = {"plate": vehicle, "valid_from": moment(valid_from)}
    state(Statement.assignment("device.assign", {"imei": imei}, body), by, reason, "devices", imei, as_json)


@devices.command("lifecycle")
def step_lifecycle(
    imei: str,
    to: Annotated[str, typer.Argument(help="active, suspended or decommissioned.")],
    by: By = None,
    reason: Why = None,
    as_json: AsJson = False,
) -> None:
    """Take a device a step through its lifecycle."""
    state(Statement("device.lifecycle", {"imei": imei, "to": to}), by, reason, "devices", imei, as_json)


@devices.command("history")
def device_history(imei: str, as_json: AsJson = False) -> None:
    """The vehicles that a device was, is and will be on, and its lifecycle."""

    async def work(admin: Administration) -> Row:
        await found(admin, "devices", imei)
        return await admin.device_history(imei)

    tell_history(as_operator(work), as_json)


@drivers.command("set")
def set_driver(
    name: str,
    phone: Annotated[str | None, typer.Option()] = None,
    clear: Clear = None,
    by: By = None,
    reason: Why = None,
    as_json: AsJson = False,
) -> None:
    """Change a driver, or add one."""
    given = fields(clear, ("phone",), phone=phone)
    state(Statement.of("driver.set", {"name": name}, given), by, reason, "drivers", name, as_json)


@cost_centres.command("set")
def set_cost_centre(
    name: str,
    code: Annotated[str | None, typer.Option(help="Its short code on the map.")] = None,
    by: By = None,
    reason: Why = None,
    as_json: AsJson = False,
) -> None:
    """Change a cost centre, or add one."""
    body = {"name": name} | ({"code": code} if code else {})
    state(Statement("cost_centre.set", body), by, reason, "cost_centres", name, as_json)


@cities.command("set")
def set_city(city: str, by: By = None, reason: Why = None, as_json: AsJson = False) -> None:
    """Add a city."""
    state(Statement("city.set", {"city": city}), by, reason, "cities", city, as_json)


@accounts.command("add")
def add_accounts(
    account: Annotated[list[str], typer.Argument(help="CODE or CODE=NAME; the code is its name upstream.")],
    polled: Annotated[bool, typer.Option(help="Ask for their listings?")] = True,
    by: By = None,
    reason: Why = None,
) -> None:
    """Add vendor accounts, or change those that are there. Cron takes them up within half a minute."""
    for given in account:
        code, _, name = given.partition("=")
        if not code:
            raise SettingInvalid(f"{given}: give CODE or CODE=NAME.")
        new = add_vendor_account(owner_url(), code, name or None, polled=polled, author=author(by, reason))
        print(f"{code}: {'added' if new else 'was there, brought up to date'}.")


@accounts.command("set")
def set_account(
    code: str,
    name: Annotated[str | None, typer.Option()] = None,
    polled: Annotated[bool | None, typer.Option(help="Ask for its listings?")] = None,
    by: By = None,
    reason: Why = None,
    as_json: AsJson = False,
) -> None:
    """Change a vendor account, or make one known."""
    given = {field: value for field, value in (("name", name), ("polled", polled)) if value is not None}
    state(Statement.of("account.set", {"code": code}, given), by, reason, "accounts", code, as_json)


def tell_history(history: Row, as_json: bool) -> None:
    """Print a history, newest first."""
    lines = [
        f"{part}: {', '.join(f'{field} {shown(value)}' for field, value in entry.items())}"
        for part, entries in history.items()
        for entry in entries
    ]
    told(history, as_json, "\n".join(lines) or "Nothing yet.")
