"""What people and other systems of ours bring: tables, HR's roster, the fuel log. Times without a zone are EAT."""

from typing import Annotated, Final

from fleet.parser.contracts.base import Contract, Spellings, spelled
from fleet.parser.contracts.fields import (
    ClockTime,
    Flag,
    Imei,
    LocalInstant,
    Measure,
    Stated,
    Text,
)
from fleet.parser.contracts.units import in_metres

FUEL: Final = "fuel"

_COST_CENTRE: Final[Spellings] = {"cost_centre": ("cost_centre", "name"), "code": ("code",)}
_ROSTER: Final[Spellings] = {
    "driver": ("driver", "name", "driver_name"),
    "staff_no": ("staff_no", "employee_id", "employee_no"),
    "phone": ("phone", "driver_phone", "mobile"),
    "city": ("city", "assigned_city"),
    "cost_centre": ("cost_centre",),
    "shift_area": ("shift_area", "shift_start_area"),
    "active": ("active",),
    "plate": ("plate", "vehicle", "vehicle_number"),
    "shift_starts": ("shift_starts", "shift_start"),
    "shift_ends": ("shift_ends", "shift_end"),
    "valid_from": ("valid_from", "from", "date"),
    "as_of": ("as_of",),
}
_FUEL: Final[Spellings] = {
    "fill_id": ("id", "fill_id"),
    "plate": ("car", "plate"),
    "filled_at": ("filled_at", "timestamp", "date"),
    "fuel_l": ("litres", "liters", "fuel_l"),
    "cost_kes": ("amount_kes", "cost_kes", "amount"),
    "odometer_m": ("odometer_km", "odometer"),
    "fuel_type": ("fuel_type",),
    "driver": ("driver",),
    "department": ("department",),
    "updated_at": ("updated_at",),
    "deleted": ("deleted", "is_deleted"),
}


class VehicleRow(Contract):
    """A line of the vehicles file; its columns are the field names."""

    plate: Text = None
    imei: Imei = None
    device_class: Text = None
    cost_centre: Text = None
    city: Text = None
    driver: Text = None
    driver_phone: Text = None
    make: Text = None
    model: Text = None


class CostCentreRow(Contract):
    """A line of the cost centres file."""

    model_config = spelled(_COST_CENTRE)
    cost_centre: Text = None
    code: Text = None


class RosterRow(Contract):
    """A person in HR's roster, or a line of the drivers file; shifts are times of the day in East Africa."""

    model_config = spelled(_ROSTER)
    driver: Text = None
    staff_no: Text = None
    phone: Text = None
    city: Text = None
    cost_centre: Text = None
    shift_area: Text = None
    active: Flag = None
    plate: Text = None
    shift_starts: ClockTime = None
    shift_ends: ClockTime = None
    valid_from: LocalInstant = None
    as_of: LocalInstant = None


class FuelRow(Contract):
    """A fill in the fuel log; `car` is the plate."""

    model_config = spelled(_FUEL)
    fill_id: Text = None
    plate: Text = None
    filled_at: LocalInstant = None
    fuel_l: Annotated[float | None, Stated(Measure(0.01, 2_000))] = None
    cost_kes: Annotated[float | None, Stated(Measure(0, 10_000_000))] = None
    odometer_m: Annotated[float | None, in_metres(FUEL, "odometer_km")] = None
    fuel_type: Text = None
    driver: Text = None
    department: Text = None
    updated_at: LocalInstant = None
    deleted: Flag = None
