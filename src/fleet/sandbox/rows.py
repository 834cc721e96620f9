"""Devices in the words of the vendor's poll answers: lists, details and places, quirks kept. Pure.

Numbers are strings where the vendor sends strings; absent values take the vendor's many forms of nothing.
"""

from typing import Any

from fleet.sandbox.device import Seen
from fleet.sandbox.roster import Device
from fleet.sandbox.signals import Source
from fleet.sandbox.vendor_time import utc_text

TITLES = {"nairobi": "Nairobi", "mombasa": "Mombasa", "kampala": "Kampala"}


def child_row(account: str, city: str) -> dict[str, Any]:
    """A sub-account in jimi.user.child.list."""
    return {
        "account": account,
        "name": f"Demo Fleet {TITLES[city]}",
        "type": 9,
        "displayFlag": 1,
        "address": None,
        "birth": None,
        "companyName": "Demo Field Services Ltd",
        "email": f"{city}.fleet@example.org",
        "phone": "",
        "language": "en",
        "sex": None,
        "enabledFlag": 1,
        "remark": None,
    }


def device_row(device: Device) -> dict[str, Any]:
    """A device in jimi.user.device.list: the driver is null here even where the detail knows one."""
    vehicle = device.vehicle
    return {
        "imei": device.imei,
        "deviceName": device_name(device),
        "mcType": device.model,
        "mcTypeUseScope": "automobile",
        "sim": device.sim or None,
        "expiration": "2025-12-31 23:59:59" if device.expired else "2036-03-01 23:59:59",
        "activationTime": "2025-03-01 08:14:55",
        "reMark": None,
        "vehicleName": None,
        "vehicleIcon": _icon(device),
        "vehicleNumber": vehicle.plate if vehicle else None,
        "vehicleModels": vehicle.model if vehicle else None,
        "carFrame": None,
        "driverName": None,
        "driverPhone": None,
        "enabledFlag": 1,
        "engineNumber": None,
        "deviceGroupId": "",
        "deviceGroup": vehicle.cost_centre if vehicle else None,
    }


def detail_row(device: Device, seen: Seen | None) -> dict[str, Any]:
    """The object of jimi.track.device.detail."""
    vehicle, fix = device.vehicle, seen.fix if seen else None
    return device_row(device) | {
        "account": device.account,
        "customerName": _customer(device),
        "iccid": f"89254{device.sim:0>15}" if device.sim else None,
        "imsi": None,
        "user_expiration": f"demo_fleet_root,2036-03-01|{device.account},2036-03-01",
        "importTime": "2025-02-19 03:20:10",
        "licensePlatNo": vehicle.plate if vehicle else None,
        "vehicleBrand": vehicle.make if vehicle else None,
        "VIN": None,
        "driverName": vehicle.driver if vehicle else None,
        "driverPhone": vehicle.driver_phone if vehicle else None,
        "fuel_100km": None,
        "status": "1",
        "currentMileage": f"{fix.odometer_m / 1000:.2f}" if fix else "0",
    }


def location_row(device: Device, seen: Seen | None) -> dict[str, Any] | None:
    """A device in the location answers; None for one that never reported, which the vendor leaves out."""
    if device.expired:
        return _without_place(device)
    if seen is None or seen.fix is None:
        return None
    fix = seen.fix
    by_gps = fix.source is Source.GPS
    return {
        **_head(device, online=seen.online),
        "lat": fix.lat,
        "lng": fix.lon,
        "expireFlag": "1",
        "activationFlag": "1",
        "posType": fix.source.name,
        "locDesc": None,
        "gpsTime": utc_text(fix.fixed_at),
        "hbTime": utc_text(max(seen.heartbeat.gate_at, fix.gate_at) if seen.heartbeat else fix.gate_at),
        "speed": str(round(fix.speed_kmh)),
        "accStatus": str(int(fix.ignition)),
        "electQuantity": "",
        "powerValue": "13.9" if fix.ignition else "12.6",
        "batteryPowerVal": "4.1",
        "distance": "-1",
        "temperature": None,
        "trackerOil": "0.00L",
        "trackerOils": None,
        "gpsSignal": "4",
        "gpsNum": str(fix.satellites),
        "direction": str(round(fix.heading_deg) % 360) if by_gps else "-1",
        "currentMileage": f"{fix.odometer_m / 1000:.6f}",
        "confidence": 1 if by_gps else None,
        **_tail(device),
    }


def _without_place(device: Device) -> dict[str, Any]:
    nothing = (
        "posType",
        "locDesc",
        "gpsTime",
        "hbTime",
        "powerValue",
        "batteryPowerVal",
        "distance",
        "temperature",
    )
    also_nothing = ("trackerOil", "trackerOils", "gpsSignal", "gpsNum", "currentMileage", "confidence")
    return {
        **_head(device, online=False),
        "lat": 0,
        "lng": 0,
        "expireFlag": "0",
        "activationFlag": "1",
        **dict.fromkeys(nothing),
        **dict.fromkeys(("speed", "accStatus", "electQuantity", "direction"), ""),
        **dict.fromkeys(also_nothing),
        **_tail(device),
    }


def _head(device: Device, *, online: bool) -> dict[str, Any]:
    return {
        "imei": device.imei,
        "deviceName": device_name(device),
        "mcType": device.model,
        "icon": _icon(device),
        "status": "1" if online else "0",
    }


def _tail(device: Device) -> dict[str, Any]:
    return {
        "account": device.account,
        "customerName": _customer(device),
        "chargeStatus": None,
        "shutdown": None,
    }


def device_name(device: Device) -> str:
    """Mostly the plate; a camera shares its vehicle's plate, a spare has its model and serial."""
    return device.vehicle.plate if device.vehicle else f"{device.model}-{device.imei[-6:-1]}"


def _icon(device: Device) -> str:
    return "mtc" if device.vehicle and device.vehicle.is_motorcycle else "automobile"


def _customer(device: Device) -> str:
    return f"Demo Fleet {TITLES.get(device.account.removeprefix('demo_'), 'Root')}"
