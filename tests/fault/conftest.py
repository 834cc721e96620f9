"""A cluster of this suite's own, so that killing its server disturbs no other test; senders and proxies."""

import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from upstream import Upstream

from fixtures.database import Database, make_template
from fixtures.load import Load
from fixtures.proxy import Proxy
from fixtures.roles import Platform
from fleet.local import processes
from fleet.local.cluster import Cluster
from fleet.local.server import server_account

LONGEST_S = 300


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After a fault the whole of state is held against the log: that takes longer than a test usually may."""
    for item in items:
        if item.path.parent == Path(__file__).parent and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(LONGEST_S))


class KillableCluster(Cluster):
    """A cluster with the means to take its server away."""

    @property
    def server_pids(self) -> list[int]:
        """The postmaster and every process of the server."""
        return processes.working_in(self.data_dir)

    def kill(self) -> None:
        """kill -9 of the postmaster and of every backend."""
        pids = self.server_pids
        for pid in pids:
            processes.send(pid, signal.SIGKILL)
        for pid in pids:
            assert processes.wait_gone(pid, 10)

    def start_again(self) -> None:
        """Start the killed server on its port; return when it has recovered."""
        self.launch(same_port=True)
        self.wait_ready()

    def limit_files_to(self, size_bytes: int | None) -> None:
        """Let no file of the server grow beyond a size: what a full disk does. None: as large as they like."""
        soft_limit = "unlimited" if size_bytes is None else str(size_bytes)
        for pid in self.server_pids:
            command = ["prlimit", f"--pid={pid}", f"--fsize={soft_limit}:"]
            subprocess.run(processes.as_account(command, server_account()), check=False, capture_output=True)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KillableCluster]:
    """A private cluster that tests may kill; they start it again."""
    made = KillableCluster(tmp_path_factory.mktemp("pg-fault"))
    made.start()
    yield made
    made.destroy()


@pytest.fixture(scope="session")
def template(cluster: KillableCluster) -> Database:
    """The migrated database of this cluster that each test gets a copy of."""
    return make_template(cluster)


@pytest.fixture
def start_load(tmp_path: Path) -> Iterator[Callable[..., Load]]:
    """Starts senders, each with bodies of its own number's: start_load(url, connections=8, pause_s=0.01)."""
    made: list[Load] = []

    def start(url: str, number: int | None = None, **options: float) -> Load:
        fleet = f"{len(made) if number is None else number:04d}"
        load = Load(url, tmp_path / f"load-{fleet}.jsonl", fleet, **options)  # type: ignore[arg-type]
        made.append(load)
        return load.start()

    yield start
    for load in made:
        load.kill()


@pytest.fixture
def proxy(database: Database) -> Iterator[Proxy]:
    """A proxy in front of the test's database."""
    made = Proxy(database.cluster.port)
    yield made
    made.close()


@pytest.fixture
def upstream(platform: Platform) -> Iterator[Upstream]:
    """A running upstream of the test's platform."""
    made = Upstream(platform)
    made.start()
    yield made
    made.process.kill()
