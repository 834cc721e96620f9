"""What sensors tell: OBD polled and pushed, fault codes, fuel and temperature sensors, radio cells.

No public source shows the pushed ones, so their items are read folded (see `parser.folding`), under the names
of their polled twins and the likeliest others.
"""

from typing import Annotated, Final

from fleet.parser.coercion import FUEL_UNITS, QUALITIES
from fleet.parser.contracts.base import Contract, Spellings, spelled
from fleet.parser.contracts.fields import (
    Celsius,
    Choice,
    Imei,
    Instant,
    Litres,
    LongText,
    Measure,
    Percent,
    Rpm,
    SideInstant,
    SpeedKmh,
    Text,
    Volts,
)
from fleet.parser.contracts.units import in_metres

OBD_LIST: Final = "jimi.device.obd.list"
OBD_PUSH: Final = "pushobd"
_TENTHS_OF_A_VOLT: Final = 0.1

_POLLED_OBD: Final[Spellings] = {
    "imei": ("imei", "deviceImei"),
    "read_at": ("dataReportTime",),
    "engine_rpm": ("currentRPM",),
    "speed_kmh": ("currentSpeed",),
    "coolant_c": ("coolantTemperature",),
    "fuel_pct": ("remainingFuelPercentage",),
    "fuel_l": ("remainingFuel",),
    "voltage_v": ("voltage",),
    "input_voltage_v": ("vehicleBatterVoltage", "vehicleBatteryVoltage"),
    "odometer_m": ("odometerReading",),
    "device_odometer_m": ("deviceAccumulatedMileage",),
    "vin": ("vin", "VIN"),
}
_DEVICE: Final = ("deviceimei", "imei", "deviceid")
_PUSHED_OBD: Final[Spellings] = {
    "imei": _DEVICE,
    "gate_at": ("gatetime",),
    "read_at": ("datareporttime", "eventtime", "gpstime", "gatetime"),
    "engine_rpm": ("currentrpm", "enginerpm", "rpm"),
    "speed_kmh": ("currentspeed", "vehiclespeed", "speed"),
    "coolant_c": ("coolanttemperature", "coolanttemp"),
    "fuel_pct": ("remainingfuelpercentage", "fuellevelpct", "fuellevel"),
    "fuel_l": ("remainingfuel",),
    "voltage_v": ("voltage", "batteryvoltage"),
    "input_voltage_v": ("vehiclebattervoltage", "vehiclebatteryvoltage"),
    "odometer_m": ("odometerreading", "odometer"),
    "device_odometer_m": ("deviceaccumulatedmileage",),
    "vin": ("vin",),
}
_POLLED_FAULT: Final[Spellings] = {
    "imei": ("imei", "deviceImei"),
    "seen_at": ("eventTime",),
    "code": ("faultCode",),
    "detail": ("faultDetail",),
}
_PUSHED_FAULT: Final[Spellings] = {
    "imei": _DEVICE,
    "gate_at": ("gatetime",),
    "seen_at": ("eventtime", "datareporttime", "gpstime", "gatetime"),
    "code": ("faultcode",),
    "detail": ("faultdetail",),
}
_SENSOR: Final[Spellings] = {
    "imei": _DEVICE,
    "gate_at": ("gatetime",),
    "read_at": ("gpstime", "datareporttime", "eventtime", "gatetime"),
}
_FUEL: Final[Spellings] = {**_SENSOR, "value": ("value",), "unit": ("unit",), "named": ("unit",)}
_TEMPERATURE: Final[Spellings] = {**_SENSOR, "temperature_c": ("temperature",), "humidity_pct": ("humidity",)}
_CELLS: Final[Spellings] = {
    **_SENSOR,
    "quality": ("posttype",),
    "mcc": ("mcc",),
    "mnc": ("mnc",),
    "cells": ("celllist",),
    "access_points": ("wifilist", "wifi"),
}


class ObdReading(Contract):
    """What an OBD port tells."""

    imei: Imei = None
    read_at: Instant = None
    engine_rpm: Rpm = None
    speed_kmh: SpeedKmh = None
    coolant_c: Celsius = None
    fuel_pct: Percent = None
    fuel_l: Litres = None
    voltage_v: Volts = None
    input_voltage_v: Annotated[float | None, Measure(0, 100, _TENTHS_OF_A_VOLT)] = None
    odometer_m: float | None = None
    device_odometer_m: float | None = None
    vin: Text = None


class PolledObd(ObdReading):
    """A row of device.obd.list; `vehicleBatterVoltage` counts tenths of a volt (a guess from its sample)."""

    model_config = spelled(_POLLED_OBD)
    odometer_m: Annotated[float | None, in_metres(OBD_LIST, "odometerReading")] = None
    device_odometer_m: Annotated[float | None, in_metres(OBD_LIST, "deviceAccumulatedMileage")] = None


class PushedObd(ObdReading):
    """An item of /pushobd, folded: flat readings or a nested object."""

    model_config = spelled(_PUSHED_OBD)
    gate_at: SideInstant = None
    odometer_m: Annotated[float | None, in_metres(OBD_PUSH, "odometerReading")] = None
    device_odometer_m: Annotated[float | None, in_metres(OBD_PUSH, "deviceAccumulatedMileage")] = None


class Fault(Contract):
    """A trouble code (P, B, C or U) of the engine's computer."""

    imei: Imei = None
    seen_at: Instant = None
    code: Text = None
    detail: Text = None


class PolledFault(Fault):
    """A row of device.obd.fault."""

    model_config = spelled(_POLLED_FAULT)


class PushedFault(Fault):
    """An item of /pushfaultinfo, folded."""

    model_config = spelled(_PUSHED_FAULT)
    gate_at: SideInstant = None


class PushedSensor(Contract):
    """An item of a sensor's push, folded."""

    imei: Imei = None
    gate_at: SideInstant = None
    read_at: Instant = None


class PushedFuel(PushedSensor):
    """An item of /pushoil; a unit that does not name itself stays what it is."""

    model_config = spelled(_FUEL)
    value: Annotated[float | None, Measure(0, 1_000_000)] = None
    unit: Text = None
    named: Annotated[str | None, Choice(FUEL_UNITS)] = None


class PushedTemperature(PushedSensor):
    """An item of /pushtem."""

    model_config = spelled(_TEMPERATURE)
    temperature_c: Celsius = None
    humidity_pct: Percent = None


class PushedCells(PushedSensor):
    """An item of /pushlbs, its `lbsJson` lifted up: the cells or access points that a device heard."""

    model_config = spelled(_CELLS)
    quality: Annotated[str | None, Choice(QUALITIES)] = None
    mcc: Text = None
    mnc: Text = None
    cells: LongText = None
    access_points: LongText = None
