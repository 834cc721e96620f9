"""Which processes a local run consists of, with the command, ports and environment of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fleet.local.child import Role
from fleet.local.cluster_files import free_port
from fleet.local.environment import Logins, role_environment
from fleet.local.options import UpOptions
from fleet.local.run_folder import MARK

DEMO_ACCOUNTS = {
    "demo_fleet_root": "Demo fleet",
    "demo_nairobi": "Demo fleet, Nairobi",
    "demo_mombasa": "Demo fleet, Mombasa",
    "demo_kampala": "Demo fleet, Kampala",
}


@dataclass(frozen=True)
class Plan:
    """What `fleet up` was asked for, with everything derived that its processes need."""

    options: UpOptions
    fleet: Sequence[str]
    secrets: Mapping[str, str]
    urls: Logins
    sandbox_port: int
    mark: str
    archive: Path

    @property
    def gateway_url(self) -> str:
        """Where people and devices reach the platform."""
        return f"http://127.0.0.1:{self.options.port}"

    @property
    def sandbox_url(self) -> str | None:
        """Where the simulated vendor's cloud answers; None without one."""
        return f"http://127.0.0.1:{self.sandbox_port}" if self.options.sandbox else None

    def sandbox_roles(self) -> list[Role]:
        """The simulated vendor, when there is to be one."""
        if not self.options.sandbox:
            return []
        return [self._role("sandbox", "sandbox", ["sandbox", *self._sandbox_arguments()])]

    def platform_roles(self) -> list[Role]:
        """The processes of the platform itself."""
        counts = {"gateway": self.options.gateways, "worker": self.options.workers, "cron": 1}
        return [
            self._role(kind, kind if number == 1 else f"{kind}-{number}", [kind])
            for kind, count in counts.items()
            for number in range(1, count + 1)
        ]

    def _role(self, kind: str, name: str, arguments: Sequence[str]) -> Role:
        health_port = self.sandbox_port if kind == "sandbox" else free_port()
        environment = role_environment(kind, self.secrets, self.urls)
        environment |= {
            "HEALTH_PORT": str(health_port),
            "GATEWAY_PORT": str(self.options.port),
            MARK: self.mark,
        }
        if self.sandbox_url:
            environment |= self._of_the_sandbox(kind, self.sandbox_url)
        if kind == "cron" and not self.options.dsn:  # a database that outlives this folder must not lose its archive
            environment["ARCHIVE_URL"] = environment.get("ARCHIVE_URL") or self.archive.as_uri()
        return Role(kind, name, [*self.fleet, *arguments], environment, health_port)

    def _of_the_sandbox(self, kind: str, url: str) -> dict[str, str]:
        """What a process is told of the simulated vendor and geocoder; nobody else hears of simulated places."""
        if kind == "worker":
            return {"NOMINATIM_URL": url, "NOMINATIM_USER_AGENT": "fleet-sandbox", "MAPBOX_TOKEN": ""}
        if kind == "gateway":
            return {"ADDRESS_CREDIT": "simulated addresses"}
        return {"JIMI_API_URL": f"{url}/route/rest"}

    def _sandbox_arguments(self) -> list[str]:
        options = self.options
        arguments = {
            "--port": self.sandbox_port,
            "--vehicles": options.vehicles,
            "--seed": options.seed,
            "--speed": options.speed,
            "--push-url": f"{self.gateway_url}/push/jimi",
            "--platform-push-url": f"{self.gateway_url}/push/jimi-a",
        }
        words = [word for name, value in arguments.items() for word in (name, str(value))]
        words += ["--osm", str(options.osm.resolve())] if options.osm else []
        return words + [word for trace in options.traces for word in ("--trace", str(trace.resolve()))]
