"""The sandbox's own side door, for tests and demos: what was sent, where everything truly is, faults.

Not part of the vendor's protocol, and unauthenticated: the sandbox listens on loopback unless told otherwise.
"""

import csv
import io
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime

from fleet.sandbox.faults import FaultUnknown
from fleet.sandbox.journey import Forgotten
from fleet.sandbox.motion import Motion
from fleet.sandbox.roster import Device
from fleet.sandbox.rows import TITLES
from fleet.sandbox.world import World

CSV_COLUMNS = (
    "plate",
    "imei",
    "device_class",
    "cost_centre",
    "city",
    "driver",
    "driver_phone",
    "make",
    "model",
)

router = APIRouter()


def _world(request: Request) -> World:
    world: World = request.app.state.world
    return world


@router.get("/control/health")
@router.get("/health/sandbox")
async def health(request: Request) -> Response:
    """Alive, and how far; 503 when the fleet or the pusher has stopped."""
    world = _world(request)
    failed = [task.get_name() for task in request.app.state.tasks if task.done()]
    report = {
        "status": "failed" if failed else "ok",
        "failed": failed,
        "simulated_now": _iso(world.clock.now()),
        "vehicles": len(world.fleet.vehicles),
        "devices": len(world.fleet.devices),
        "push": world.pusher.status() if world.pusher else None,
        "platform_push": world.platform_pusher.status() if world.platform_pusher else None,
    }
    return JSONResponse(report, 503 if failed else 200)


@router.get("/control/sent")
async def sent(
    request: Request,
    start: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    end: Annotated[AwareDatetime | None, Query(alias="to")] = None,
) -> dict[str, Any]:
    """Items acknowledged (push) or answered (poll) with from <= real time < to."""
    return _world(request).ledger.between(start, end)


@router.get("/control/truth")
async def truth(request: Request, at: AwareDatetime | None = None) -> Response:
    """True positions by IMEI at a moment of the last hour, the present by default."""
    world = _world(request)
    now = world.clock.now()
    if at is not None and at > now:
        return JSONResponse({"error": f"{at.isoformat()} is still to come; it is {now.isoformat()}"}, 422)
    try:
        found = world.fleet.truth(at or now)
    except Forgotten as wrong:
        return JSONResponse({"error": str(wrong)}, 422)
    return JSONResponse({imei: _true_row(device, motion) for imei, (device, motion) in found.items()})


@router.get("/control/fleet.csv")
async def fleet_csv(request: Request) -> Response:
    """The fleet as its owner would keep it: a row a fitted device, a blank cost centre left blank."""
    text = io.StringIO()
    rows = csv.DictWriter(text, CSV_COLUMNS, lineterminator="\n")
    rows.writeheader()
    for device in _world(request).fleet.devices:
        if device.vehicle is not None:
            rows.writerow(_csv_row(device))
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8")


@router.get("/control/faults")
async def faults(request: Request) -> dict[str, Any]:
    """Every fault, what it does and whether it is on."""
    return _world(request).faults.listing()


@router.put("/control/faults/{name}")
async def switch_on(request: Request, name: str) -> Response:
    """Switch a fault on; its parameters come in the query, e.g. `?seconds=5`."""
    try:
        active = _world(request).faults.switch_on(name, request.query_params)
        return JSONResponse({"name": name, "active": active})
    except FaultUnknown as wrong:
        return JSONResponse({"error": str(wrong)}, 404)
    except ValueError as wrong:
        return JSONResponse({"error": f"a parameter is no number: {wrong}"}, 422)


@router.delete("/control/faults/{name}")
async def switch_off(request: Request, name: str) -> Response:
    """Switch a fault off."""
    try:
        _world(request).faults.switch_off(name)
    except FaultUnknown as wrong:
        return JSONResponse({"error": str(wrong)}, 404)
    return JSONResponse({"name": name, "active": None})


def _true_row(device: Device, motion: Motion) -> dict[str, Any]:
    assert device.vehicle is not None
    return {
        "lat": round(motion.lat, 6),
        "lon": round(motion.lon, 6),
        "speed_kmh": round(motion.speed_kmh, 1),
        "heading_deg": round(motion.heading_deg, 1),
        "ignition": motion.ignition,
        "plate": device.vehicle.plate,
        "city": device.vehicle.city,
    }


def _csv_row(device: Device) -> dict[str, str]:
    vehicle = device.vehicle
    assert vehicle is not None
    return {
        "plate": vehicle.plate,
        "imei": device.imei,
        "device_class": device.device_class,
        "cost_centre": vehicle.cost_centre,
        "city": TITLES[vehicle.city],
        "driver": vehicle.driver,
        "driver_phone": vehicle.driver_phone,
        "make": vehicle.make,
        "model": vehicle.model,
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
