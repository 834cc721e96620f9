"""The pages and what they load: files of `web/` and the map library as npm installed it."""

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, RedirectResponse
from starlette.staticfiles import StaticFiles

from fleet import __version__
from fleet.paths import NODE_MODULES, WEB
from fleet.serve.access import context

router = APIRouter()
VENDOR = NODE_MODULES / "maplibre-gl" / "dist"


@router.get("/", include_in_schema=False)
async def home() -> RedirectResponse:
    """The live page is the first one."""
    return RedirectResponse("/live", 302)


@router.get("/login", include_in_schema=False)
async def login_page() -> FileResponse:
    """Sign in."""
    return FileResponse(WEB / "login.html")


@router.get("/live", include_in_schema=False)
async def live_page() -> FileResponse:
    """The live map."""
    return FileResponse(WEB / "live.html")


@router.get("/api/config")
async def page_config(request: Request) -> dict[str, str | int | None]:
    """What the pages must know before anybody has signed in: nothing of the fleet."""
    settings = (await context(request)).settings
    return {
        "version": __version__,
        "basemap_online_url": settings.basemap_online_url,
        "address_credit": settings.address_credit,
        "poll_interval_s": settings.live_poll_interval_s,
    }


def mount(app: FastAPI) -> None:
    """Serve the pages from `app`."""
    app.include_router(router)
    app.mount("/vendor/maplibre-gl", StaticFiles(directory=VENDOR, check_dir=False))
    app.mount("/static", StaticFiles(directory=WEB, check_dir=False))
