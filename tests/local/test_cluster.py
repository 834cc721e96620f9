"""The private cluster: it keeps its data whatever ends it, and stays out of everybody's way."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from fleet.local import server
from fleet.local.cluster import Cluster
from fleet.local.cluster_files import LONGEST_SOCKET_PATH
from fleet.local.errors import (
    ClusterBusy,
    DiskFull,
    PortInUse,
    ServerMissing,
    ServerRefusesRoot,
    VersionMismatch,
)
from fleet.local.processes import as_account, wait_gone
from local.project import SOURCES, still_alive

as_root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes its account")


@pytest.fixture(scope="module")
def kept_cluster(reachable_folder: Path) -> Iterator[Cluster]:
    cluster = Cluster(reachable_folder / "pg", durable=False)
    yield cluster
    cluster.destroy()


@pytest.fixture
def cluster(kept_cluster: Cluster) -> Iterator[Cluster]:
    kept_cluster.start()
    yield kept_cluster
    kept_cluster.stop(immediate=True)


def ask(cluster: Cluster, query: str) -> object:
    with psycopg.connect(cluster.superuser_dsn()) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def put(cluster: Cluster, table: str) -> None:
    with psycopg.connect(cluster.superuser_dsn()) as connection:
        connection.execute(f"drop table if exists {table}")
        connection.execute(f"create table {table} as select 7 as number")


def killed_postmaster(cluster: Cluster) -> int:
    pid = cluster.pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    assert wait_gone(pid, 5)
    return pid


def test_data_is_there_after_a_stop_and_a_start(cluster: Cluster) -> None:
    put(cluster, "kept")
    cluster.stop()
    assert not cluster.is_running
    assert cluster.pid is None
    cluster.start(timeout_s=3)
    assert ask(cluster, "select number from kept") == 7


def test_data_is_there_after_the_postmaster_was_killed(cluster: Cluster) -> None:
    put(cluster, "kept")
    killed_postmaster(cluster)
    cluster.start(timeout_s=10)
    assert ask(cluster, "select number from kept") == 7


def test_a_backend_that_outlived_its_postmaster_is_ended(cluster: Cluster) -> None:
    busy = psycopg.connect(cluster.superuser_dsn(), autocommit=True)
    backend = busy.info.backend_pid
    os.kill(backend, signal.SIGSTOP)  # so that it cannot notice
    killed_postmaster(cluster)
    cluster.start(timeout_s=10)
    busy.close()
    assert still_alive([backend]) == []


def test_a_pid_file_that_names_a_stranger_is_no_obstacle(cluster: Cluster) -> None:
    with subprocess.Popen(as_account(["sleep", "60"], server.server_account())) as stranger:
        cluster.stop()
        (cluster.data_dir / "postmaster.pid").write_text(f"{stranger.pid}\n{cluster.data_dir}\n")
        assert cluster.pid is None
        cluster.start(timeout_s=3)
        assert cluster.is_running
        assert stranger.poll() is None
        stranger.kill()


def test_a_taken_port_is_changed_unless_it_must_stay(cluster: Cluster) -> None:
    cluster.stop()
    with socket.create_server(("127.0.0.1", cluster.port)) as taken:
        with pytest.raises(PortInUse, match="fleet up"):
            cluster.launch(same_port=True)
        cluster.stop()
        cluster.start()
        assert cluster.port != taken.getsockname()[1]
        assert ask(cluster, "select 7") == 7


def test_a_second_start_of_the_same_cluster_is_refused(cluster: Cluster) -> None:
    other = Cluster(cluster.home)
    with pytest.raises(ClusterBusy, match=str(cluster.home)):
        other.start()
    assert ask(cluster, "select 7") == 7


def test_nobody_comes_in_without_a_password(cluster: Cluster) -> None:
    for host in ("127.0.0.1", str(cluster.socket_dir)):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=host, port=cluster.port, user="postgres", password="wrong")
    assert ask(cluster, "select count(*) from pg_hba_file_rules where auth_method <> 'scram-sha-256'") == 0


def test_a_cluster_keeps_what_it_acknowledged_unless_told_otherwise(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "pg")
    try:
        cluster.start()
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
            assert ask(cluster, f"show {setting}") == "on"
        assert ask(cluster, "show listen_addresses") == "127.0.0.1"
    finally:
        cluster.destroy()


@as_root_only
def test_data_goes_where_the_server_can_reach_it_and_is_removed_from_there(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    cluster = Cluster(tmp_path / "pg", durable=False)
    assert cluster.home.parent == Path("/var/lib")
    cluster.start()
    assert Cluster(tmp_path / "pg").home == cluster.home
    cluster.destroy()
    assert not cluster.home.exists()


def test_a_long_path_gets_a_short_socket(reachable_folder: Path) -> None:
    cluster = Cluster(reachable_folder / ("long" * 25) / "pg", durable=False)
    try:
        cluster.start()
        assert len(str(cluster.socket_dir / f".s.PGSQL.{cluster.port}")) <= LONGEST_SOCKET_PATH
        assert (cluster.socket_dir / f".s.PGSQL.{cluster.port}").is_socket()
    finally:
        cluster.destroy()


def test_the_server_ends_when_the_process_that_started_it_is_killed(cluster: Cluster) -> None:
    cluster.stop()
    script = f"""
import sys, time
from pathlib import Path
from fleet.local.cluster import Cluster
cluster = Cluster(Path({str(cluster.home)!r}), durable=False)
cluster.start()
print(cluster.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(SOURCES)}
    ) as starter:
        assert starter.stdout
        pid = int(starter.stdout.readline())
        starter.kill()
    assert still_alive([pid], within_s=5) == []


def test_data_of_a_version_that_is_not_installed_is_left_alone(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "pg")
    try:
        cluster.data_dir.mkdir(parents=True)
        (cluster.data_dir / "PG_VERSION").write_text("9\n")
        with pytest.raises(VersionMismatch, match="apt-get install postgresql-9"):
            cluster.start()
    finally:
        cluster.destroy()


def test_without_a_server_the_command_that_installs_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "installed_servers", lambda: [])
    with pytest.raises(ServerMissing, match=r"make setup.*apt-get install"):
        server.find_server()


@as_root_only
def test_root_without_an_account_for_the_server_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "SERVER_ACCOUNT", "nobody-of-this-name")
    with pytest.raises(ServerRefusesRoot, match="useradd --system"):
        Cluster(Path("/nowhere"))


@as_root_only
def test_a_full_disk_is_a_sentence_and_leaves_no_half_cluster(reachable_folder: Path) -> None:
    disk = reachable_folder / "disk"
    disk.mkdir(mode=0o711)
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m,mode=711", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no right to mount a small disk here")
    try:
        cluster = Cluster(disk / "pg", durable=False)
        with pytest.raises(DiskFull, match="is full"):
            cluster.start()
        assert not cluster.data_dir.exists()
        assert not (cluster.home / "data.new").exists()
    finally:
        subprocess.run(["umount", str(disk)], check=True)
