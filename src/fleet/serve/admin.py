"""Administration over HTTP: what there is, how it came about, where it differs from the upstream."""

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel

from fleet.admin.administration import Administration, Kind
from fleet.auth.tokens import Viewer
from fleet.db import borrowed
from fleet.serve import admin_models as models
from fleet.serve import admin_rows as rows
from fleet.serve.access import context, viewer_with
from fleet.serve.context import Context
from fleet.serve.problems import Problem

FleetAdmin = Annotated[Viewer, Depends(viewer_with("admin:fleet"))]
Key = Annotated[models.Name, Path()]
Imei = Annotated[str, Path(pattern=models.IMEI)]
Search = Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")]

router = APIRouter(prefix="/api/admin", tags=["administration"])


def administration(shared: Annotated[Context, Depends(context)]) -> Administration:
    """The application's side, on the logins of this gateway."""
    return Administration(lambda: borrowed(shared.reader), shared.raw_log.append)


Admin = Annotated[Administration, Depends(administration)]


async def known(admin: Administration, kind: Kind, key: str) -> dict[str, Any]:
    """One thing by its key. Errors: Problem 404."""
    item = await admin.item(kind, key)
    if item is None:
        raise Problem(
            404, "not_found", f"There is no “{key}” among the {kind.replace('_', ' ')}. Check how it is spelled."
        )
    return item


def _readable(kind: Kind, row: type[BaseModel], key_in_path: str) -> None:
    """Routes that list a kind and get one of it."""
    path = f"/{kind.replace('_', '-')}"

    async def page(
        viewer: FleetAdmin,
        admin: Admin,
        search: Search = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> dict[str, Any]:
        return await admin.page(kind, search, limit, offset)

    async def item(viewer: FleetAdmin, admin: Admin, key: Key) -> dict[str, Any]:
        return await known(admin, kind, key)

    what = kind.replace("_", " ")
    router.add_api_route(
        path,
        page,
        response_model=rows.Page[row],  # type: ignore[valid-type]
        name=f"list_{kind}",
        description=f"The {what}, in the order of their keys; `search` looks for any part of what is shown.",
    )
    router.add_api_route(
        f"{path}/{key_in_path}",
        item,
        response_model=row,
        name=f"get_{kind}",
        description=f"One of the {what}. 404 when there is none.",
    )


@router.get("/gaps")
async def gaps(viewer: FleetAdmin, admin: Admin) -> rows.Gaps:
    """Where upstream and ours differ, and what is missing or double among ours."""
    found = [rows.Gap.model_validate(gap) for gap in await admin.gaps()]
    return rows.Gaps(gaps=found, counts=dict(sorted(Counter(gap.kind for gap in found).items())))


@router.get("/devices/{imei}/history")
async def device_history(viewer: FleetAdmin, admin: Admin, imei: Imei) -> rows.DeviceHistory:
    """The vehicles that a device was on, is on and will be on, and its lifecycle."""
    await known(admin, "devices", imei)
    return rows.DeviceHistory.model_validate(await admin.device_history(imei))


@router.get("/vehicles/{plate}/history")
async def vehicle_history(viewer: FleetAdmin, admin: Admin, plate: Key) -> rows.VehicleHistory:
    """The devices and drivers that a vehicle had, has and will have."""
    await known(admin, "vehicles", plate)
    return rows.VehicleHistory.model_validate(await admin.vehicle_history(plate))


_readable("vehicles", rows.VehicleRow, "{key}")
_readable("devices", rows.DeviceRow, "{key}")
_readable("drivers", rows.DriverRow, "{key:path}")
_readable("accounts", rows.AccountRow, "{key:path}")
_readable("cost_centres", rows.CostCentreRow, "{key:path}")
_readable("cities", rows.CityRow, "{key:path}")
