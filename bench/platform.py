"""What the benchmarks run on: a private durable cluster, one database a benchmark, real role processes."""

import os
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg import sql

from bench.bodies import TOKEN
from fleet.config import MigrateSettings
from fleet.errors import FleetError
from fleet.local.child import Child, Role
from fleet.local.cluster import Cluster
from fleet.local.cluster_files import free_port
from fleet.local.credentials import fresh
from fleet.local.environment import Logins, logins, owner_environment
from fleet.migrate import migrate
from fleet.paths import ROOT

START_WITHIN_S = 30.0
TEMPLATE = "fleet_template"
UNLIMITED_VIEWS = {"VIEWS_PER_MINUTE": "1000000"}


class BenchFailed(FleetError):
    """A benchmark could not be run to its end."""


@dataclass
class Database:
    """One migrated database and the environment of the processes that work on it."""

    urls: Logins
    environment: dict[str, str]

    def connect(self) -> psycopg.Connection[Any]:
        """A superuser's connection in autocommit."""
        assert self.urls.superuser is not None
        return psycopg.connect(self.urls.superuser, autocommit=True, options="-c timezone=UTC")

    def value(self, query: str) -> Any:
        """The only value of a query's only row."""
        with self.connect() as connection:
            ((only,),) = connection.execute(query.encode()).fetchall()
            return only

    def token(self, gateway_url: str) -> str:
        """An access token of the administrator."""
        form = {
            "grant_type": "password",
            "username": self.environment["ADMIN_USERNAME"],
            "password": self.environment["ADMIN_PASSWORD"],
        }
        answer = httpx.post(f"{gateway_url}/api/auth/token", data=form).raise_for_status()
        return str(answer.json()["access_token"])


@dataclass
class Process:
    """One running role or load generator."""

    child: Child
    role: Role
    port: int

    @property
    def pid(self) -> int:
        """The process that does the work."""
        assert self.child.pid is not None, self.child.log_tail()
        return self.child.pid

    @property
    def url(self) -> str:
        """Where a gateway answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def rss_mb(self) -> float:
        """Memory that the process holds now."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2

    def wait_healthy(self) -> None:
        """Return when it says ok. Errors: BenchFailed."""
        deadline = time.monotonic() + START_WITHIN_S
        while not self._is_healthy():
            if self.child.pid is None or time.monotonic() > deadline:
                raise BenchFailed(f"{self.role.name} did not start:\n{self.child.log_tail()}")
            time.sleep(0.05)

    def _is_healthy(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.role.health_port}/health/{self.role.kind}").is_success
        except httpx.HTTPError:
            return False


@dataclass
class Platform:
    """A cluster with a migrated template, in a folder of its own."""

    folder: Path
    cluster: Cluster
    secrets: dict[str, str] = field(default_factory=lambda: fresh() | {"JIMI_PUSH_TOKEN": TOKEN})

    @classmethod
    @contextmanager
    def running(cls, folder: Path) -> Iterator["Platform"]:
        """A platform whose cluster lives as long as the context."""
        cluster = Cluster(folder / "pg")
        cluster.start()
        try:
            made = cls(folder, cluster)
            template = made._open(TEMPLATE)
            migrate(MigrateSettings.model_validate({key.lower(): v for key, v in template.environment.items()}))
            yield made
        finally:
            cluster.destroy()

    @contextmanager
    def database(self) -> Iterator[Database]:
        """A fresh migrated database, dropped after use so that the disk holds one at a time."""
        name = f"bench_{secrets.token_hex(4)}"
        self._administer("create database {} template {}", name, TEMPLATE)
        try:
            yield self._open(name)
        finally:
            self._administer("drop database {} with (force)", name)

    @contextmanager
    def role(self, kind: str, database: Database, command: Sequence[str] = (), **settings: str) -> Iterator[Process]:
        """A running, healthy process: `fleet <kind>`, or another module that serves its health as that kind."""
        port, health_port = free_port(), free_port()
        environment = {
            **database.environment,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "GATEWAY_PORT": str(port),
            "HEALTH_PORT": str(health_port),
            "LOG_LEVEL": "warning",
            **settings,
        }
        role = Role(kind, kind, [sys.executable, "-m", *(command or ("fleet", kind))], environment, health_port)
        child = Child(role, self.folder / f"{kind}-{port}.log", ROOT)
        child.start()
        process = Process(child, role, port)
        try:
            process.wait_healthy()
            yield process
        finally:
            child.kill()

    def _open(self, name: str) -> Database:
        urls = logins(self.cluster.superuser_dsn(name), self.secrets)
        return Database(urls, owner_environment(self.secrets, urls))

    def _administer(self, command: str, *names: str) -> None:
        with psycopg.connect(self.cluster.superuser_dsn(), autocommit=True) as connection:
            connection.execute(sql.SQL(command).format(*map(sql.Identifier, names)))
