"""What the administration API gives: rows, pages of them, histories, gaps."""

from datetime import datetime
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel

Lifecycle = Literal["provisioned", "active", "suspended", "decommissioned"]


class VehicleRow(BaseModel):
    """A vehicle now."""

    vehicle_id: int
    plate: str
    plate_key: str
    cost_centre: str | None
    city: str | None
    make: str | None
    model: str | None
    driver: str | None
    imeis: list[str]


class Upstream(BaseModel):
    """What the vendor's listings say of a device; `listed_at`: when it was last listed."""

    name: str | None
    plate: str | None
    driver: str | None
    phone: str | None
    sim: str | None
    model: str | None
    account: str | None
    expires_at: datetime | None
    enabled: bool | None
    listed_at: datetime | None


class DeviceRow(BaseModel):
    """A device now: what we hold of it, and beside it what the vendor says."""

    imei: str
    account: str
    device_class: str | None
    sim: str | None
    lifecycle: Lifecycle
    first_good_fix_at: datetime | None
    heard_at: datetime | None
    vehicle_id: int | None
    plate: str | None
    upstream: Upstream


class DriverRow(BaseModel):
    """A driver now."""

    driver_id: int
    name: str
    phone: str | None
    staff_no: str | None
    city: str | None
    cost_centre: str | None
    shift_area: str | None
    active: bool | None
    plates: list[str]


class Listing(BaseModel):
    """A whole listing of an account; one that is not `believed` names too few devices to prove absence."""

    run_at: datetime
    listed: int
    believed: bool


class AccountRow(BaseModel):
    """A vendor account now."""

    code: str
    name: str
    polled: bool
    devices: int
    newest_listing: Listing | None


class CostCentreRow(BaseModel):
    """A cost centre now."""

    name: str
    code: str
    slot: int
    colour: str
    vehicles: int


class CityRow(BaseModel):
    """A city now."""

    city: str
    vehicles: int


Row = TypeVar("Row", bound=BaseModel)


class Page(BaseModel, Generic[Row]):
    """Some of `total` rows, in the order of their keys."""

    items: list[Row]
    total: int


class Period(BaseModel):
    """An assignment: from `valid_from` until the next one. `stated_by`: an operator, or `import`."""

    valid_from: datetime
    valid_until: datetime | None
    stated_at: datetime | None
    stated_by: str
    reason: str | None


class VehiclePeriod(Period):
    """Of a device; without a plate it was on no vehicle."""

    plate: str | None


class DevicePeriod(Period):
    """Of a vehicle."""

    imei: str


class DriverPeriod(Period):
    """Of a vehicle; without a driver it was driven by nobody."""

    driver: str | None


class Step(BaseModel):
    """A step through the lifecycle; one that was not allowed from there was not `taken`."""

    at: datetime
    from_state: Lifecycle
    to_state: Lifecycle
    stated_by: str
    reason: str | None
    taken: bool


class DeviceHistory(BaseModel):
    """Newest first."""

    vehicles: list[VehiclePeriod]
    lifecycle: list[Step]


class VehicleHistory(BaseModel):
    """Newest first."""

    devices: list[DevicePeriod]
    drivers: list[DriverPeriod]


class Gap(BaseModel):
    """One difference; what the kinds mean stands in docs/administration.md."""

    kind: str
    imei: str | None
    plate: str | None
    driver: str | None
    ours: str | None
    upstream: str | None


class Gaps(BaseModel):
    """All differences, and how many there are of each kind."""

    gaps: list[Gap]
    counts: dict[str, int]


class Accepted(BaseModel):
    """The change is in the log for good and will show soon."""

    event_id: int
    message: str
