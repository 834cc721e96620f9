"""What the administration API takes. An absent field stays as it was; null clears it."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from fleet.serve.admin_rows import Lifecycle

PRINTABLE = r"^[^\x00-\x1f\x7f]+$"
IMEI = r"^[0-9]{8,20}$"
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PRINTABLE)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,6}$")]
ValidFrom = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC))]


class Change(BaseModel):
    """What an operator states; `reason` is kept with it."""

    model_config = ConfigDict(extra="forbid")

    reason: Name | None = None

    def told(self) -> dict[str, Any]:
        """The fields that were given, null ones too."""
        return self.model_dump(exclude={"reason"}, exclude_unset=True)


class VehicleChange(Change):
    """Fields of a vehicle."""

    cost_centre: Name | None = None
    city: Name | None = None
    make: Name | None = None
    model: Name | None = None


class DeviceChange(Change):
    """Fields of a device."""

    device_class: Name | None = None
    sim: Name | None = None


class DriverChange(Change):
    """Fields of a driver. Cost centre and city must exist; `active`: is the person still with us?"""

    phone: Name | None = None
    staff_no: Name | None = None
    city: Name | None = None
    cost_centre: Name | None = None
    shift_area: Name | None = None
    active: bool | None = None


class CostCentreChange(Change):
    """Fields of a cost centre: its short code is never without a value."""

    code: Code = Field(default="", validate_default=False)


class CityChange(Change):
    """A city has a name alone."""


class AccountChange(Change):
    """Fields of a vendor account; `polled`: are its listings asked for?"""

    name: Name = Field(default="", validate_default=False)
    polled: bool = Field(default=False)


class DeviceAssignment(Change):
    """The vehicle that a device is on from an instant on (default: now); null: none."""

    plate: Name | None
    valid_from: ValidFrom | None = None


class DriverAssignment(Change):
    """Who drives a vehicle from an instant on (default: now); null: nobody."""

    driver: Name | None
    valid_from: ValidFrom | None = None


class LifecycleStep(Change):
    """The state that a device goes to."""

    to: Lifecycle
