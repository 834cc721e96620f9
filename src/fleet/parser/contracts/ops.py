"""What operators state of the fleet, as it stands in the log: one object a statement.

`cleared` names the fields that have no value any more; a field that is neither there nor cleared stays as it was.
"""

from typing import Annotated, Any

from pydantic import PlainValidator

from fleet.parser.coercion import read_text
from fleet.parser.contracts.base import Contract
from fleet.parser.contracts.fields import Flag, Imei, Instant, Text


def _read_names(value: Any) -> list[str] | None:
    names = [read_text(name) for name in value] if isinstance(value, list) else []
    return sorted({name for name in names if name}) or None


Names = Annotated[list[str] | None, PlainValidator(_read_names)]


class VehicleSet(Contract):
    """A vehicle, by its plate."""

    plate: Text = None
    cost_centre: Text = None
    city: Text = None
    make: Text = None
    model: Text = None
    cleared: Names = None


class DeviceSet(Contract):
    """A device, by its IMEI."""

    imei: Imei = None
    device_class: Text = None
    sim: Text = None
    cleared: Names = None


class DeviceAssigned(Contract):
    """The vehicle that a device is on from an instant on; without a plate: none."""

    imei: Imei = None
    plate: Text = None
    valid_from: Instant = None


class LifecycleSet(Contract):
    """A step of a device's lifecycle."""

    imei: Imei = None
    to: Text = None


class DriverSet(Contract):
    """A driver, by name."""

    name: Text = None
    phone: Text = None
    staff_no: Text = None
    city: Text = None
    cost_centre: Text = None
    shift_area: Text = None
    active: Flag = None
    cleared: Names = None


class DriverAssigned(Contract):
    """Who drives a vehicle from an instant on; without a driver: nobody."""

    plate: Text = None
    driver: Text = None
    valid_from: Instant = None


class CostCentreSet(Contract):
    """A cost centre, by name."""

    name: Text = None
    code: Text = None


class CitySet(Contract):
    """A city that vehicles may be assigned to."""

    city: Text = None


class AccountSet(Contract):
    """A vendor account, by its code."""

    code: Text = None
    name: Text = None
    polled: Flag = None
