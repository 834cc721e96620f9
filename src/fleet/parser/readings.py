"""The kinds `obd_reading`, `fault_code`, `fuel_reading` and `temperature_reading`.

An item in which no reading is found under a name that we know is refused and waits: for most of these pushes
the first real one will tell the names.
"""

from collections.abc import Generator, Iterator
from datetime import datetime
from typing import Any

from fleet.model import Fact
from fleet.parser.contracts.readings import (
    Fault,
    ObdReading,
    PolledFault,
    PolledObd,
    PushedFault,
    PushedFuel,
    PushedObd,
    PushedTemperature,
)
from fleet.parser.device_seen import or_sign_of_life
from fleet.parser.folding import folded
from fleet.parser.intake import Intake, Item, known_imei, present
from fleet.parser.refusal import Rejected


def polled_obd(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """A row of device.obd.list."""
    obd = PolledObd.model_validate(item)
    imei = known_imei(obd.imei or intake.asked_imei)
    yield Fact(item_no, "obd_reading", imei, intake.device_time(obd.read_at), {"origin": "poll", **_obd(obd)})


def pushed_obd(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """An item of /pushobd."""
    obd = PushedObd.model_validate(folded(item))
    imei = known_imei(obd.imei)
    read_at = yield from pushed_time(item_no, imei, obd.read_at, obd.gate_at, intake)
    yield Fact(item_no, "obd_reading", imei, read_at, {"origin": "push", **_obd(obd)})


def polled_fault(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """A row of device.obd.fault."""
    fault = PolledFault.model_validate(item)
    imei = known_imei(fault.imei or intake.asked_imei)
    yield Fact(item_no, "fault_code", imei, intake.device_time(fault.seen_at), {"origin": "poll", **_fault(fault)})


def pushed_fault(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """An item of /pushfaultinfo."""
    fault = PushedFault.model_validate(folded(item))
    imei = known_imei(fault.imei)
    seen_at = yield from pushed_time(item_no, imei, fault.seen_at, fault.gate_at, intake)
    yield Fact(item_no, "fault_code", imei, seen_at, {"origin": "push", **_fault(fault)})


def pushed_fuel(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """An item of /pushoil: litres or per cent where the unit says so, else a bare level and the unit as told."""
    fuel = PushedFuel.model_validate(folded(item))
    imei = known_imei(fuel.imei)
    read_at = yield from pushed_time(item_no, imei, fuel.read_at, fuel.gate_at, intake)
    value = some({"value": fuel.value})["value"]
    data = {fuel.named: value} if fuel.named else present(level=value, unit=fuel.unit)
    yield Fact(item_no, "fuel_reading", imei, read_at, data)


def pushed_temperature(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """An item of /pushtem."""
    told = PushedTemperature.model_validate(folded(item))
    imei = known_imei(told.imei)
    read_at = yield from pushed_time(item_no, imei, told.read_at, told.gate_at, intake)
    data = some(present(temperature_c=told.temperature_c, humidity_pct=told.humidity_pct))
    yield Fact(item_no, "temperature_reading", imei, read_at, data)


def pushed_time(
    item_no: int, imei: str, told: datetime | None, gate_at: datetime | None, intake: Intake
) -> Generator[Fact, None, datetime]:
    """The time of a pushed item; one that cannot be believed still means that the device spoke."""
    spoke_at = intake.believable(gate_at) or intake.received_at
    return (yield from or_sign_of_life(item_no, imei, spoke_at, lambda: intake.device_time(told)))


def some(readings: dict[str, Any]) -> dict[str, Any]:
    """The readings, of which there must be one."""
    if not readings or None in readings.values():
        raise Rejected("wrong_type", "the item carries no reading under a name that we know")
    return readings


def _obd(obd: ObdReading) -> dict[str, Any]:
    return some(
        present(
            engine_rpm=obd.engine_rpm,
            speed_kmh=obd.speed_kmh,
            coolant_c=obd.coolant_c,
            fuel_pct=obd.fuel_pct,
            fuel_l=obd.fuel_l,
            voltage_v=obd.input_voltage_v if obd.voltage_v is None else obd.voltage_v,
            odometer_m=obd.odometer_m,
            device_odometer_m=obd.device_odometer_m,
            vin=obd.vin,
        )
    )


def _fault(fault: Fault) -> dict[str, Any]:
    if fault.code is None:
        raise Rejected("wrong_type", "the item names no fault code")
    return present(code=fault.code.upper(), detail=fault.detail)
