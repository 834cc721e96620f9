"""The sandbox as a process: one HTTP server, the fleet's heartbeat and the pusher beside it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from fleet import clock
from fleet.http_server import serve_http
from fleet.lifecycle import run_role
from fleet.observe import log
from fleet.sandbox.clock import Now
from fleet.sandbox.control import router
from fleet.sandbox.gazetteer import Gazetteer
from fleet.sandbox.geocoding import geocoding_routes
from fleet.sandbox.options import SandboxOptions
from fleet.sandbox.route import route_rest
from fleet.sandbox.world import World

TICK_S = 1.0

__all__ = ["SandboxOptions", "create_app", "run"]


def create_app(options: SandboxOptions, real_now: Now = clock.now) -> FastAPI:
    """The application; the fleet lives while the application's lifespan lasts."""
    app = FastAPI(title="Sandbox upstream", lifespan=_lifespan, docs_url=None, redoc_url=None)
    app.state.world = world = World(options, real_now)
    app.add_route("/route/rest", route_rest, methods=["GET", "POST"], include_in_schema=False)
    app.include_router(router)
    app.router.routes += geocoding_routes(lambda: Gazetteer(world.networks), world.faults)
    return app


def run(options: SandboxOptions) -> None:
    """Serve until SIGTERM or SIGINT."""
    run_role("sandbox", lambda: serve_http(create_app(options), options.host, options.port, lifespan="on"))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    world: World = app.state.world
    tasks = [asyncio.create_task(_live(world), name="fleet")]
    tasks += [asyncio.create_task(pusher.run(), name=name) for name, pusher in world.pushers.items()]
    for task in tasks:
        task.add_done_callback(_tell_failure)
    app.state.tasks = tasks
    yield
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _tell_failure(task: asyncio.Task[None]) -> None:
    """Neither the fleet nor the pusher ends by itself: say so, and let the health page say so too."""
    if not task.cancelled():
        log.error("sandbox_stopped_living", task=task.get_name(), exc_info=task.exception())


async def _live(world: World) -> None:
    """Let the fleet live, a tick a second."""
    while True:
        world.tick()
        await asyncio.sleep(TICK_S)
