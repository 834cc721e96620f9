"""Changes by administrators: each is a statement in the log, answered when it shows (200) or is sure to (202)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from fleet.admin.administration import Kind, StatementRefused
from fleet.admin.statements import Author, Statement
from fleet.serve import admin_models as models
from fleet.serve import admin_rows as rows
from fleet.serve.admin import Admin, FleetAdmin, Imei, Key, known
from fleet.serve.problems import Problem

router = APIRouter(
    prefix="/api/admin",
    tags=["administration"],
    responses={202: {"model": rows.Accepted, "description": "In the log; it shows when a worker has read it"}},
)
REFUSALS = {"unknown": (404, "not_found"), "invalid": (422, "invalid_request"), "conflict": (409, "conflict")}
EVENT_ID = "X-Event-Id"


class Operator:
    """Who changes something by this request. States it, and answers."""

    def __init__(self, request: Request, response: Response, viewer: FleetAdmin, admin: Admin) -> None:
        self._request_id = str(request.scope.get("request_id", ""))
        self._name, self._response, self._admin = viewer.username, response, admin

    async def states(self, statement: Statement, change: models.Change, kind: Kind, key: str) -> Any:
        """Record a statement; gives the row as it is then. Errors: Problem 404, 409, 422 naming the field."""
        author = Author(self._name, self._request_id, "session", change.reason)
        try:
            recorded = await self._admin.state(statement, author)
        except StatementRefused as refused:
            status, code = REFUSALS[refused.code]
            raise Problem(status, code, f"{refused.field}: {refused}".removeprefix(": ")) from None
        headers = {EVENT_ID: str(recorded.event_id)}
        if not recorded.folded:
            told = rows.Accepted(event_id=recorded.event_id, message="It is recorded, and will show soon.")
            return JSONResponse(told.model_dump(), 202, headers)
        self._response.headers.update(headers)
        return await known(self._admin, kind, key)

    async def plate_as_printed(self, plate: str) -> str:
        """As a vehicle that is known already prints it; any spelling finds it."""
        vehicle = await self._admin.item("vehicles", plate)
        return str(vehicle["plate"]) if vehicle else plate


By = Annotated[Operator, Depends()]


@router.patch("/vehicles/{plate}", response_model=rows.VehicleRow)
async def change_vehicle(by: By, plate: Key, change: models.VehicleChange) -> Any:
    """Change a vehicle, or add it. Cost centre and city must exist."""
    key = {"plate": await by.plate_as_printed(plate)}
    return await by.states(Statement.of("vehicle.set", key, change.told()), change, "vehicles", plate)


@router.post("/vehicles/{plate}/driver", response_model=rows.VehicleRow)
async def assign_driver(by: By, plate: Key, change: models.DriverAssignment) -> Any:
    """Say who drives a vehicle from an instant on, past, now or to come; null: nobody."""
    return await by.states(
        Statement.assignment("driver.assign", {"plate": plate}, change.told()), change, "vehicles", plate
    )


@router.patch("/devices/{imei}", response_model=rows.DeviceRow)
async def change_device(by: By, imei: Imei, change: models.DeviceChange) -> Any:
    """Change a device, or make it known before it speaks."""
    return await by.states(Statement.of("device.set", {"imei": imei}, change.told()), change, "devices", imei)


@router.post("/devices/{imei}/vehicle", response_model=rows.DeviceRow)
async def assign_device(by: By, imei: Imei, change: models.DeviceAssignment) -> Any:
    """Say which vehicle a device is on from an instant on, past, now or to come; null: none."""
    return await by.states(
        Statement.assignment("device.assign", {"imei": imei}, change.told()), change, "devices", imei
    )


@router.post("/devices/{imei}/lifecycle", response_model=rows.DeviceRow)
async def step_lifecycle(by: By, imei: Imei, change: models.LifecycleStep) -> Any:
    """Take a device a step through its lifecycle. 409, saying which are possible, where it cannot be taken."""
    return await by.states(Statement.of("device.lifecycle", {"imei": imei}, change.told()), change, "devices", imei)


@router.patch("/drivers/{name:path}", response_model=rows.DriverRow)
async def change_driver(by: By, name: Key, change: models.DriverChange) -> Any:
    """Change a driver, or add one."""
    return await by.states(Statement.of("driver.set", {"name": name}, change.told()), change, "drivers", name)


@router.patch("/accounts/{code:path}", response_model=rows.AccountRow)
async def change_account(by: By, code: Key, change: models.AccountChange) -> Any:
    """Change a vendor account, or add one."""
    return await by.states(Statement.of("account.set", {"code": code}, change.told()), change, "accounts", code)


@router.patch("/cost-centres/{name:path}", response_model=rows.CostCentreRow)
async def change_cost_centre(by: By, name: Key, change: models.CostCentreChange) -> Any:
    """Change a cost centre, or add one."""
    return await by.states(Statement.of("cost_centre.set", {"name": name}, change.told()), change, "cost_centres", name)


@router.patch("/cities/{name:path}", response_model=rows.CityRow)
async def add_city(by: By, name: Key, change: models.CityChange) -> Any:
    """Add a city."""
    return await by.states(Statement.of("city.set", {"city": name}, change.told()), change, "cities", name)
