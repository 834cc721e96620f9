"""What is done while the roles start: migrate, demo accounts, the register of the simulated fleet."""

import asyncio
import hashlib
import http.client
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Self
from urllib.parse import urlsplit

from fleet.local.environment import owner_environment
from fleet.local.errors import DiskFull, StepFailed
from fleet.local.processes import tethered
from fleet.local.roles import DEMO_ACCOUNTS, Plan
from fleet.local.run_folder import MARK, RunFolder, read_json, write_json, write_private

TAIL_LINES = 15


async def fleet_command(plan: Plan, folder: RunFolder, *arguments: str) -> None:
    """Run `fleet <arguments>` as the owner. Errors: StepFailed with the end of its output, DiskFull."""
    process = await asyncio.create_subprocess_exec(
        *tethered([*plan.fleet, *arguments], "KILL"),
        cwd=folder.project,
        env=owner_environment(plan.secrets, plan.urls) | {MARK: plan.mark},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        output = (await process.communicate())[0].decode(errors="replace")
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    with (folder.logs / "preparation.log").open("a") as log:
        log.write(f"$ fleet {' '.join(arguments)}\n{output}")
    if process.returncode:
        raise _failure(arguments, output)


def _failure(arguments: Sequence[str], output: str) -> StepFailed | DiskFull:
    if "No space left on device" in output:
        return DiskFull("The disk is full. Free some space and try again.")
    tail = "\n".join(output.strip().splitlines()[-TAIL_LINES:])
    return StepFailed(f"`fleet {' '.join(arguments)}` failed:\n{tail}")


async def migrate(plan: Plan, folder: RunFolder) -> None:
    """Bring the database to what this code needs."""
    await fleet_command(plan, folder, "migrate")


async def add_demo_accounts(plan: Plan, folder: RunFolder) -> None:
    """The vendor accounts of the simulated fleet, once a database."""
    imported = Imported.read(plan, folder)
    missing = {code: name for code, name in DEMO_ACCOUNTS.items() if code not in imported.accounts}
    if missing:
        await fleet_command(plan, folder, "accounts", "add", *(f"{code}={name}" for code, name in missing.items()))
        imported.accounts.extend(missing)
        imported.keep(folder)


async def import_register(plan: Plan, folder: RunFolder) -> None:
    """Vehicles, drivers and cost centres of the simulated fleet, whenever they differ from last time."""
    register = await asyncio.to_thread(_fetch, f"{plan.sandbox_url}/control/fleet.csv")
    imported, digest = Imported.read(plan, folder), hashlib.sha256(register.encode()).hexdigest()
    if imported.register_sha256 == digest:
        return
    path = folder.path / "fleet.csv"
    write_private(path, register)
    await fleet_command(plan, folder, "import", "csv", "vehicles", str(path), "--apply")
    imported.register_sha256 = digest
    imported.keep(folder)


@dataclass
class Imported:
    """What was already brought into a database, kept in `.fleet/imported.json`."""

    database: str
    accounts: list[str] = field(default_factory=list)
    register_sha256: str = ""

    @classmethod
    def read(cls, plan: Plan, folder: RunFolder) -> Self:
        """What is known of the plan's database; nothing of another one counts."""
        place = urlsplit(plan.urls.by_name["owner"])
        database = f"{place.hostname}:{place.port}{place.path}" if plan.options.dsn else "private"
        known = read_json(folder.imported)
        return cls(**known) if known.get("database") == database else cls(database)

    def keep(self, folder: RunFolder) -> None:
        """Write it down."""
        write_json(folder.imported, asdict(self))


def _fetch(url: str) -> str:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request("GET", parts.path)
        answer = connection.getresponse()
        body = answer.read().decode()
    except (OSError, http.client.HTTPException) as error:
        raise StepFailed(f"The sandbox does not give its register ({url}): {error}") from error
    finally:
        connection.close()
    if answer.status != 200:
        raise StepFailed(f"The sandbox does not give its register ({url}): status {answer.status}")
    return body
