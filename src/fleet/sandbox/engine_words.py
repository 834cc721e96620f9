"""What engines say, in the vendor's words: pushed and polled. Pure."""

import json
from typing import Any

from fleet.sandbox.roster import Device
from fleet.sandbox.rows import device_name
from fleet.sandbox.signals import Reading, Trouble
from fleet.sandbox.vendor_time import utc_text


def reading_item(reading: Reading) -> dict[str, Any]:
    """An item of /pushobd. Flat, or for every third device JSON in a member: which it is was never captured."""
    head = {"deviceImei": reading.imei, "gateTime": utc_text(reading.gate_at)}
    if int(reading.imei[-3:-1]) % 3 == 0:
        return head | {"obdJson": json.dumps(_nested(reading), separators=(",", ":"))}
    return head | {
        "dataReportTime": utc_text(reading.read_at),
        "odometerReading": f"{reading.odometer_m / 1000:.1f}",
        "deviceAccumulatedMileage": f"{reading.odometer_m / 1000 % 10_000:.1f}",
        "remainingFuel": "",
        "remainingFuelPercentage": str(reading.fuel_pct),
        "coolantTemperature": str(reading.coolant_c),
        "vehicleBatterVoltage": str(round(reading.voltage_v * 10)),
        "currentRPM": str(reading.rpm),
        "currentSpeed": str(round(reading.speed_kmh)),
        "vin": vin(reading.imei),
    }


def _nested(reading: Reading) -> dict[str, Any]:
    return {
        "event_time": utc_text(reading.read_at),
        "rpm": reading.rpm,
        "speed": round(reading.speed_kmh),
        "coolantTemp": reading.coolant_c,
        "fuelLevel": reading.fuel_pct,
        "voltage": reading.voltage_v,
        "odometer": round(reading.odometer_m / 1000, 1),
    }


def vin(imei: str) -> str:
    """An invented chassis number."""
    return f"JTDEMO{imei[-11:]}"


def trouble_item(trouble: Trouble) -> dict[str, Any]:
    """An item of /pushfaultinfo."""
    return {
        "deviceImei": trouble.imei,
        "gateTime": utc_text(trouble.gate_at),
        "eventTime": utc_text(trouble.found_at),
        "faultCode": trouble.code,
        "faultDetail": trouble.detail,
    }


def obd_row(reading: Reading) -> dict[str, Any]:
    """A row of obd.list; the hour of its time has no leading zero."""
    return {
        "imei": reading.imei,
        "dataReportTime": utc_text(reading.read_at).replace(" 0", " "),
        "odometerReading": f"{reading.odometer_m / 1000:.1f}",
        "deviceAccumulatedMileage": f"{reading.odometer_m / 1000 % 10_000:.1f}",
        "remainingFuel": None,
        "remainingFuelPercentage": str(reading.fuel_pct),
        "coolantTemperature": str(reading.coolant_c),
        "vehicleBatterVoltage": str(round(reading.voltage_v * 10)),
        "currentRPM": str(reading.rpm),
        "currentSpeed": f"{reading.speed_kmh:.1f}",
        "vin": vin(reading.imei),
    }


def trouble_row(device: Device, trouble: Trouble) -> dict[str, Any]:
    """A row of obd.fault."""
    return {
        "imei": trouble.imei,
        "deviceName": device_name(device),
        "faultCode": trouble.code,
        "faultDetail": trouble.detail,
        "eventTime": utc_text(trouble.found_at),
    }
