"""`fleet … set` and `accounts add`: changes at the machine, by way of the log."""

from typing import Annotated

import typer

from fleet.admin.accounts import add_vendor_account
from fleet.admin.commands import AsJson, accounts, cities, cost_centres, devices, drivers, vehicles
from fleet.admin.session import as_operator, author, owner_url
from fleet.admin.statements import Statement
from fleet.admin.stating import By, Clear, Why, fields, state
from fleet.errors import SettingInvalid


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


@drivers.command("set")
def set_driver(
    name: str,
    phone: Annotated[str | None, typer.Option()] = None,
    staff_no: Annotated[str | None, typer.Option()] = None,
    city: Annotated[str | None, typer.Option()] = None,
    cost_centre: Annotated[str | None, typer.Option()] = None,
    shift_area: Annotated[str | None, typer.Option()] = None,
    active: Annotated[bool | None, typer.Option("--active/--inactive", help="Still with us?")] = None,
    clear: Clear = None,
    by: By = None,
    reason: Why = None,
    as_json: AsJson = False,
) -> None:
    """Change a driver, or add one. Cost centre and city must exist."""
    given = fields(
        clear, ("phone", "staff_no", "city", "cost_centre", "shift_area", "active"), phone=phone, staff_no=staff_no,
        city=city, cost_centre=cost_centre, shift_area=shift_area, active=active,
    )  # fmt: skip
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
