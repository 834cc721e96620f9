"""How a role runs: its tasks together until SIGTERM or SIGINT, then a clean stop."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import uvloop

from fleet.observe import log


def run_role(role: str, main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a role on uvloop until it ends or a signal asks it to; `main` makes what needs the loop."""
    uvloop.run(_until_signalled(role, main))


async def _until_signalled(role: str, main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    task = asyncio.ensure_future(main())
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, task.cancel)
    log.info("role_started", role=role)
    try:
        await task
    except asyncio.CancelledError:
        log.info("role_stopped", role=role)


async def together(*coroutines: Coroutine[Any, Any, None]) -> None:
    """Run coroutines side by side until one fails (its error is raised) or all are cancelled."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()
    finally:
        await end(tasks)


async def end(tasks: Sequence[asyncio.Future[None]]) -> None:
    """Cancel until all are over: a library may swallow one cancellation (asyncio.wait_for before 3.12 does)."""
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=1)
