"""The kinds `device_listed` and `listing_completed`, from the device list and the device detail."""

from collections.abc import Iterator

from fleet.model import Fact
from fleet.parser.coercion import iso_utc, read_text
from fleet.parser.contracts.poll import ListedDevice
from fleet.parser.intake import Intake, Item, known_imei, present


def listed_device(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """A device as the upstream's books have it at the time of the request."""
    device = ListedDevice.model_validate(item)
    data = present(
        name=device.name,
        plate=device.plate,
        driver=device.driver,
        phone=device.phone,
        sim=device.sim,
        model=device.model,
        group=device.group,
        account=device.account or _listed_account(intake),
        expires_at=iso_utc(device.expires_at) if device.expires_at else None,
        enabled=device.enabled,
        iccid=device.iccid,
        vin=device.vin,
        fuel_l_per_100km=device.fuel_l_per_100km,
        odometer_m=device.odometer_m,
    )
    yield Fact(item_no, "device_listed", known_imei(device.imei), intake.asked_at("requested_at"), data)


def listing_completed(count: int, intake: Intake) -> Iterator[Fact]:
    """The listing of one target answered whole. Only a run can be judged, so without one there is no fact."""
    run_id = read_text(intake.meta.get("run_id"))
    target = read_text(intake.params.get("target"))
    if run_id and target:
        data = {"run_id": run_id, "targets": [target], "count": count}
        yield Fact(0, "listing_completed", None, intake.asked_at("requested_at"), data)


def _listed_account(intake: Intake) -> str | None:
    """A list is not recursive, so what it names belongs to its target; a detail names the account itself."""
    return read_text(intake.params.get("target"))
