"""A database with an archive that is real: a folder, or a server that speaks S3 in a process of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass, field

import httpx
import psycopg
from pyarrow import fs

from database.old_rows import DAY, TODAY, declare
from fixtures.database import Database
from fixtures.roles import wait_until
from fixtures.shared_data import ROOT
from fleet.archive.store import Store
from fleet.config import ArchiveSettings

OLD = TODAY - 9 * DAY
BUCKET = "fleet-archive"


@dataclass
class Scene:
    """A database with an archive, and the process that applies retention."""

    database: Database
    environment: dict[str, str]
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def store(self) -> Store:
        """The archive as the platform sees it."""
        settings = ArchiveSettings.model_validate({key.lower(): value for key, value in self.environment.items()})
        store = Store.from_settings(settings)
        assert store is not None
        return store

    def launch(self, *command: str) -> "subprocess.Popen[bytes]":
        """Start the process that applies retention, or a command of fleet."""
        started = subprocess.Popen(
            [sys.executable, "-m", *(command or ("fleet.retention",))],
            env={**os.environ, **self.database.environment, **self.environment, "PYTHONPATH": str(ROOT / "src")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
        )
        self.running.append(started)
        return started

    def apply(self, *command: str) -> tuple[int, str, str]:
        """Run it to its end: exit code, what it printed, what it complained of."""
        process = self.launch(*command)
        told, trouble = process.communicate(timeout=100)
        return process.returncode, told.decode(), trouble.decode()

    def kill(self, process: "subprocess.Popen[bytes]") -> None:
        """kill -9, and what the server still does for it ends; its lease, which runs out in minutes, has done so."""
        process.kill()
        process.wait()
        theirs = "from pg_stat_activity where usename = 'fleet_cron' and datname = current_database()"
        self.database.rows(f"select pg_terminate_backend(pid) {theirs}")
        wait_until(lambda: self.database.value(f"select count(*) {theirs}") == 0, "its session has ended")
        with self.database.connect() as owner:
            owner.execute("update series.retention_lease set lease_until = '-infinity'")

    def left(self) -> int:
        """How many raw rows are in the log."""
        return int(self.database.value("select count(*) from events.raw"))

    def archived(self) -> int:
        """How many rows the entered files hold."""
        return int(self.database.value("select coalesce(sum(rows), 0) from events.archives"))


def keep_four_days(database: Database) -> None:
    for table in ("events.raw", "events.parsed", "events.rejected"):
        declare(database, table, "4 days")


def end(scene: Scene) -> None:
    for process in scene.running:
        process.kill()
        process.communicate()


@dataclass
class S3Server:
    """An S3-compatible store on this machine."""

    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "S3Server":
        """A new, empty store with a bucket."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._answers, "the store answers")
        fs.S3FileSystem(
            access_key="key",
            secret_key="secret",
            endpoint_override=f"127.0.0.1:{self.port}",
            scheme="http",
            allow_bucket_creation=True,
        ).create_dir(BUCKET)
        return self

    def stop(self) -> None:
        """Gone with all it held."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, "the store ended"
        try:
            return httpx.get(f"{self.url}/moto-api/data.json").is_success
        except httpx.HTTPError:
            return False


def lock(database: Database, table: str, mode: str) -> "psycopg.Connection[tuple[object, ...]]":
    """Somebody who holds a table: let go by closing."""
    holder = database.connect()
    holder.autocommit = False
    holder.execute(f"lock table {table} in {mode} mode".encode())
    return holder
