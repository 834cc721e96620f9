"""`fleet vehicles|devices assign|history` and `fleet devices lifecycle`: what holds from an instant on."""

from typing import Annotated

import typer

from fleet.admin.administration import Administration, Row
from fleet.admin.commands import AsJson, devices, found, shown, vehicles
from fleet.admin.session import as_operator, told
from fleet.admin.statements import Statement
from fleet.admin.stating import By, From, Why, moment, state


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


def tell_history(history: Row, as_json: bool) -> None:
    """Print a history, newest first."""
    lines = [
        f"{part}: {', '.join(f'{field} {shown(value)}' for field, value in entry.items())}"
        for part, entries in history.items()
        for entry in entries
    ]
    told(history, as_json, "\n".join(lines) or "Nothing yet.")
