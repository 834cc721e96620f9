"""What operators state: the kinds `vehicle_set`, `device_set`, `device_assigned`, `lifecycle_set` and so on.

A statement holds from the moment it was made (`stated_at` of the row's meta); who made it and why go along.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from fleet.model import Fact
from fleet.parser.coercion import iso_utc, read_text
from fleet.parser.contracts import ops as contracts
from fleet.parser.contracts.base import Contract
from fleet.parser.envelope import load_json
from fleet.parser.intake import Intake, Item, Reader, known_imei, present
from fleet.parser.refusal import Rejected

LIFECYCLE: Final = ("provisioned", "active", "suspended", "decommissioned")
BUILT_IN_ACCOUNT: Final = "platform"
FIRST_VALID_FROM: Final = datetime(2000, 1, 1, tzinfo=UTC)
LAST_VALID_FROM: Final = datetime(2100, 1, 1, tzinfo=UTC)


def statement(body: bytes) -> list[Any]:
    """A statement is one object, so a body has one item."""
    return [load_json(body)]


def _reader(kind: str, contract: type[Contract], key: str) -> Reader:
    """A reader of statements about the thing that the field `key` names."""

    def read(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
        told = contract.model_validate(item).model_dump()
        imei = known_imei(told.pop("imei")) if key == "imei" else None
        if imei is None and told[key] is None:
            raise Rejected("wrong_type", f"the statement has no {key}")
        _refuse_impossible(kind, told)
        if "valid_from" in told:
            told["valid_from"] = _valid_from(told["valid_from"])
        data = present(**told, by=read_text(intake.meta.get("by")) or "unknown", reason=_reason(intake))
        yield Fact(item_no, kind, imei, intake.asked_at("stated_at"), data)

    return read


def _reason(intake: Intake) -> str | None:
    return read_text(intake.meta.get("reason"))


def _refuse_impossible(kind: str, told: dict[str, Any]) -> None:
    if kind == "lifecycle_set" and told["to"] not in LIFECYCLE:
        raise Rejected("wrong_type", f"to: {told['to']} is no state of the lifecycle")
    if kind == "account_set" and told["code"] == BUILT_IN_ACCOUNT:
        raise Rejected("wrong_type", f"code: the account {BUILT_IN_ACCOUNT} is built in")


def _valid_from(moment: datetime | None) -> str | None:
    """The instant from which an assignment holds; None: from the moment it was stated."""
    if moment is None:
        return None
    if not FIRST_VALID_FROM <= moment < LAST_VALID_FROM:
        raise Rejected("implausible_time", f"valid_from {moment.isoformat()} is in another century")
    return iso_utc(moment)


READERS: Final = {
    "vehicle.set": _reader("vehicle_set", contracts.VehicleSet, "plate"),
    "device.set": _reader("device_set", contracts.DeviceSet, "imei"),
    "device.assign": _reader("device_assigned", contracts.DeviceAssigned, "imei"),
    "device.lifecycle": _reader("lifecycle_set", contracts.LifecycleSet, "imei"),
    "driver.set": _reader("driver_set", contracts.DriverSet, "name"),
    "driver.assign": _reader("driver_assigned", contracts.DriverAssigned, "plate"),
    "cost_centre.set": _reader("cost_centre_set", contracts.CostCentreSet, "name"),
    "city.set": _reader("city_set", contracts.CitySet, "city"),
    "account.set": _reader("account_set", contracts.AccountSet, "code"),
}
