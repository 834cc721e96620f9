"""One local run from start to end: bring everything up, tell scripts and people, stay, stop in order."""

import asyncio
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from fleet import __version__
from fleet.local.child import Child, Role
from fleet.local.cluster import Cluster
from fleet.local.cluster_files import free_port, is_free
from fleet.local.console import Console
from fleet.local.credentials import PUSH_SECRETS, VENDOR_KEYS, credentials
from fleet.local.environment import DATABASE, logins
from fleet.local.errors import DiskFull, LocalRunError, PortInUse
from fleet.local.options import UpOptions
from fleet.local.preparation import add_demo_accounts, import_register, migrate
from fleet.local.roles import Plan
from fleet.local.run_folder import RunFolder, write_json
from fleet.local.supervisor import Supervisor

SAME_PRESS_S = 0.3  # `make` passes on a signal that the terminal has already sent
LEAST_FREE_BYTES = 300 * 1024 * 1024


class LocalRun:
    """Holds the supervisor and what is known of the run. Calls `ready` once everything answers."""

    def __init__(self, options: UpOptions, folder: RunFolder, fleet: Sequence[str], ready: Callable[[], None]) -> None:
        self._options = options
        self._folder = folder
        self._fleet = fleet
        self._ready = ready
        self._console = Console()
        self._plan: Plan | None = None
        self._cluster = None if options.dsn else Cluster(folder.cluster)
        self._supervisor = Supervisor(self._cluster, changed=self._publish, say=self._console.say)
        self._is_ready = False

    async def stay(self) -> None:
        """Bring everything up, stay until a signal, stop everything. Errors: that of the failed step."""
        stop, at_once = asyncio.Event(), asyncio.Event()
        self._listen(stop, at_once)
        stopping, bringing_up = asyncio.create_task(stop.wait()), asyncio.create_task(self._bring_up())
        try:
            await asyncio.wait({stopping, bringing_up}, return_when=asyncio.FIRST_COMPLETED)
            if bringing_up.done():
                bringing_up.result()
                await stopping
        finally:
            await self._stop(bringing_up, at_once)

    def _listen(self, stop: asyncio.Event, at_once: asyncio.Event) -> None:
        first_at = 0.0

        def on_signal() -> None:
            nonlocal first_at
            if not stop.is_set():
                first_at = time.monotonic()
                stop.set()
                self._console.say("\nStopping; a second Ctrl-C does not wait.")
            elif time.monotonic() - first_at > SAME_PRESS_S:
                at_once.set()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, on_signal)

    async def _stop(self, bringing_up: asyncio.Task[None], at_once: asyncio.Event) -> None:
        bringing_up.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await bringing_up
        self._is_ready = False
        self._folder.up_json.unlink(missing_ok=True)
        with self._console.step("stopped, the data is kept"):
            await self._supervisor.stop(at_once)

    async def _bring_up(self) -> None:
        self._check()
        step, options = self._console.step, self._options
        with step("database"):
            await self._supervisor.start_database()
        self._plan = plan = await self._make_plan()
        self._start(plan.sandbox_roles())
        with step("schema, functions and logins"):
            await migrate(plan, self._folder)
        if options.sandbox:
            with step("accounts of the simulated fleet"):
                await add_demo_accounts(plan, self._folder)
        self._start(plan.platform_roles())
        with step(f"{_counted(child.role.kind for child in self._supervisor.children)} answer"):
            await asyncio.gather(*map(self._supervisor.healthy, self._supervisor.children))
        if options.sandbox:
            with step("vehicles of the simulated fleet"):
                await import_register(plan, self._folder)
        self._is_ready = True
        self._publish()
        self._announce(plan)
        self._ready()

    def _check(self) -> None:
        port = self._options.port
        if not is_free(port):
            raise PortInUse(
                f"Port {port} is used by another program. Stop that program, "
                f"or choose another port: fleet up --port {port + 1}"
            )
        if self._cluster is None:
            return
        if self._cluster.data_dir.exists() and not self._folder.secrets.exists():
            raise LocalRunError(
                f"There is a database in {self._cluster.home}, but {self._folder.secrets}, which opens it, "
                "is gone. Put it back, or start anew with `fleet reset` (make reset)."
            )
        if shutil.disk_usage(self._folder.path).free < LEAST_FREE_BYTES:
            raise DiskFull(
                f"The disk that holds {self._folder.path} is full: the database needs 300 MB at the least. "
                "Free some space and try again."
            )

    async def _make_plan(self) -> Plan:
        secrets = credentials(self._folder.secrets)
        if not self._options.sandbox:  # then the vendor is the real one, and the user's environment names it
            secrets = {key: value for key, value in secrets.items() if key not in VENDOR_KEYS}
        server_url = self._options.dsn or (self._cluster.superuser_dsn(DATABASE) if self._cluster else "")
        urls = await asyncio.to_thread(logins, server_url, secrets)
        return Plan(self._options, self._fleet, secrets, urls, free_port(), self._folder.mark, self._folder.archive)

    def _start(self, roles: Sequence[Role]) -> None:
        self._supervisor.start(
            [Child(role, self._folder.logs / f"{role.name}.log", self._folder.project) for role in roles]
        )

    def _publish(self) -> None:
        if not self._is_ready or self._plan is None:
            return
        plan, secrets = self._plan, self._plan.secrets
        document = {
            "version": __version__,
            "url": plan.gateway_url,
            "sandbox_url": plan.sandbox_url,
            "sandbox_control_url": plan.sandbox_url,
            "login": {"username": secrets["ADMIN_USERNAME"], "password": secrets["ADMIN_PASSWORD"]},
            "dsn": plan.urls.for_scripts(),
            "push_secrets": {source: secrets[key] for source, key in PUSH_SECRETS.items()},
            "pids": self._supervisor.pids(),
        }
        write_json(self._folder.up_json, document)

    def _announce(self, plan: Plan) -> None:
        secrets, say = plan.secrets, self._console.say
        running = _counted(child.role.kind for child in self._supervisor.children)
        say(f"\nFleet is up after {self._console.elapsed_s:.1f} s.\n")
        say(f"  Page      {plan.gateway_url}/live")
        say(f"  Login     {secrets['ADMIN_USERNAME']} / {secrets['ADMIN_PASSWORD']}")
        say(f"  Running   {running}, " + ("the database given" if self._options.dsn else "database"))
        say(f"  Logs      {self._folder.logs}")
        say(f"  Scripts   {self._folder.up_json}")
        say("\nStop it with `make down`." if self._options.detach else "\nCtrl-C stops everything.")


def _counted(kinds: Iterable[str]) -> str:
    """`sandbox, 2 gateways, worker` for the kinds one by one."""
    counts = Counter(kinds)
    return ", ".join(kind if count == 1 else f"{count} {kind}s" for kind, count in counts.items())
