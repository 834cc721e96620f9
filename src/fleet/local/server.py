"""The PostgreSQL server of this machine: where its binaries are and as whom it may run."""

import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from fleet.local.errors import ServerMissing, ServerRefusesRoot, VersionMismatch

OLDEST_MAJOR = 15
SERVER_ACCOUNT = "postgres"
INSTALL_COMMAND = "sudo apt-get install postgresql postgresql-postgis"


@dataclass(frozen=True)
class Server:
    """One installed version of PostgreSQL."""

    bin_dir: Path
    major: int

    @property
    def has_timescale(self) -> bool:
        """Whether the TimescaleDB extension is installed for this server."""
        found = subprocess.run(  # noqa: S603
            [self.bin_dir / "pg_config", "--sharedir"], capture_output=True, text=True, check=False
        )
        share_dir = Path(found.stdout.strip() or f"/usr/share/postgresql/{self.major}")
        return (share_dir / "extension" / "timescaledb.control").exists()


def find_server(major: int | None = None) -> Server:
    """The newest usable server, or the one of the given major version."""
    servers = installed_servers()
    if major is not None:
        servers = [server for server in servers if server.major == major]
        if not servers:
            raise VersionMismatch(
                f"The data here was made by PostgreSQL {major}, which is not installed. "
                f"Install it (sudo apt-get install postgresql-{major}) or remove the data with `fleet reset`."
            )
    if not servers:
        raise ServerMissing(
            f"No PostgreSQL server {OLDEST_MAJOR} or newer was found. Run `make setup`, or: {INSTALL_COMMAND}"
        )
    return max(servers, key=lambda server: server.major)


def installed_servers() -> list[Server]:
    """Every server of the system that is new enough, Debian's folders first and then PATH."""
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    servers = [Server(folder, major) for folder in folders if (major := _major(folder))]
    return [server for server in servers if server.major >= OLDEST_MAJOR]


def _major(bin_dir: Path) -> int | None:
    if not (bin_dir / "initdb").exists():
        return None
    try:
        said = subprocess.run(  # noqa: S603
            [bin_dir / "postgres", "--version"], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    version = re.search(r"(\d+)", said.stdout)
    return int(version.group(1)) if version else None


def server_account() -> str | None:
    """The system user the server runs as: None for the present user, who must not be root then."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SERVER_ACCOUNT)
    except KeyError:
        raise ServerRefusesRoot(
            f"PostgreSQL refuses to run as root and there is no system user '{SERVER_ACCOUNT}' to run it as. "
            f"Create one (useradd --system {SERVER_ACCOUNT}) or run this as an ordinary user."
        ) from None
    return SERVER_ACCOUNT
