"""Keeps the database and every role alive, each restarted when it ends, and stops all of them in order."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from fleet.local.child import Child, process_end
from fleet.local.cluster import Cluster
from fleet.local.errors import LocalRunError, StepFailed
from fleet.local.processes import send

KINDS = ("sandbox", "gateway", "worker", "cron")
FIRST_DELAY_S = 0.2
LONGEST_DELAY_S = 10.0
STEADY_AFTER_S = 3.0
STOP_WITHIN_S = 15.0
TRIES_AT_START = 3


class BackOff:
    """How long to wait before the next start: short at first, longer while the process ends at once."""

    def __init__(self) -> None:
        self.failures = 0

    def after(self, lived_s: float) -> float:
        """Seconds to wait, for a process that has lived that long."""
        self.failures = 0 if lived_s >= STEADY_AFTER_S else self.failures + 1
        return min(FIRST_DELAY_S * 2.0 ** max(self.failures - 1, 0), LONGEST_DELAY_S)


class Supervisor:
    """Runs roles and, unless the server is someone else's, the database beneath them.

    `changed` is called whenever a process was started; `say` gets a line about each restart.
    """

    def __init__(
        self,
        cluster: Cluster | None,
        *,
        changed: Callable[[], None],
        say: Callable[[str], None],
    ) -> None:
        self.cluster = cluster
        self.children: list[Child] = []
        self._changed = changed
        self._say = say
        self._keepers: list[asyncio.Task[None]] = []
        self._failures: dict[str, int] = {}

    async def start_database(self) -> None:
        """Make and start the private cluster, and keep it."""
        if self.cluster is None:
            return
        await asyncio.to_thread(self.cluster.prepare)
        self.cluster.launch()
        await asyncio.to_thread(self.cluster.wait_ready)
        self._keepers.append(asyncio.create_task(self._keep_database(self.cluster)))

    def start(self, children: Sequence[Child]) -> None:
        """Start the children and keep them."""
        for child in children:
            self.children.append(child)
            self._keepers.append(asyncio.create_task(self._keep(child)))

    async def healthy(self, child: Child, within_s: float = 60) -> None:
        """Wait until a child answers. Errors: StepFailed with its last words."""
        deadline = time.monotonic() + within_s
        while not await child.is_healthy():
            failed_often = self._failures.get(child.role.name, 0) >= TRIES_AT_START
            if failed_often or time.monotonic() > deadline:
                raise StepFailed(f"{child.role.name} does not start ({child.log_path}):\n{child.log_tail()}")
            await asyncio.sleep(0.05)

    def pids(self) -> dict[str, list[int]]:
        """The processes that do the work, by job."""
        found: dict[str, list[int]] = {"supervisor": [os.getpid()], "database": []}
        if self.cluster and self.cluster.pid:
            found["database"].append(self.cluster.pid)
        for kind in KINDS:
            pids = (child.pid for child in self.children if child.role.kind == kind)
            found[kind] = [pid for pid in pids if pid]
        return found

    async def stop(self, at_once: asyncio.Event) -> None:
        """End the roles and then the database: gently, or by force as soon as `at_once` is set."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        for child in self.children:
            child.terminate()
        endings = asyncio.gather(*(child.ended() for child in self.children))
        if not await _either(endings, at_once, STOP_WITHIN_S):
            for child in self.children:
                child.kill()
        await endings
        if self.cluster:
            await self._stop_database(self.cluster, at_once)

    async def _stop_database(self, cluster: Cluster, at_once: asyncio.Event) -> None:
        stopping = asyncio.create_task(asyncio.to_thread(cluster.stop, immediate=at_once.is_set()))
        if not await _either(stopping, at_once, None) and cluster.pid:
            send(cluster.pid, signal.SIGQUIT)
        await stopping

    async def _keep(self, child: Child) -> None:
        back_off = BackOff()
        while True:
            started = time.monotonic()
            try:
                child.start()
                self._changed()
                how = await child.ended()
            except OSError as error:
                how = f"could not be started ({error})"
            delay_s = back_off.after(time.monotonic() - started)
            self._failures[child.role.name] = back_off.failures
            self._say(f"  {child.role.name} {how}; starting it again in {delay_s:g} s")
            await asyncio.sleep(delay_s)

    async def _keep_database(self, cluster: Cluster) -> None:
        back_off = BackOff()
        while True:
            started = time.monotonic()
            await process_end(cluster.pid)
            delay_s = back_off.after(time.monotonic() - started)
            self._say(f"  database ended; starting it again in {delay_s:g} s")
            await asyncio.sleep(delay_s)
            try:
                cluster.launch(same_port=True)
                await asyncio.to_thread(cluster.wait_ready)
                self._changed()
            except (LocalRunError, OSError) as error:
                self._say(f"  {error}")


async def _either(work: asyncio.Future[Any], at_once: asyncio.Event, timeout_s: float | None) -> bool:
    """Wait for the work, but no longer than until the event or the timeout; True when the work is done."""
    hurry = asyncio.ensure_future(at_once.wait())
    try:
        await asyncio.wait({work, hurry}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        hurry.cancel()
        with suppress(asyncio.CancelledError):
            await hurry
    return work.done()
