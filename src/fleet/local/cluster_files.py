"""The files of a private cluster: where it may live, its port, its password, its configuration."""

import hashlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
from pathlib import Path

from fleet.local.errors import ClusterFailed, PortInUse
from fleet.local.processes import as_account

LOOPBACK = "127.0.0.1"
LONGEST_SOCKET_PATH = 106  # bytes, of the 108 of sockaddr_un
PORTS = range(20_000, 32_000)  # below the range from which the kernel gives ports to outgoing connections
MIB = 1024 * 1024


def cluster_home(folder: Path, account: str | None) -> Path:
    """The folder itself, or one under /var/lib when the server's account cannot reach it."""
    folder = folder.resolve()
    elsewhere = Path("/var/lib") / f"fleet-{_digest(folder)}"
    if account is None or (not elsewhere.exists() and _reachable(folder, account)):
        return folder
    return elsewhere


def _reachable(folder: Path, account: str) -> bool:
    nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
    command = as_account(["test", "-x", str(nearest)], account)
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603


def socket_folder(home: Path, account: str | None) -> Path:
    """Where the server's socket lies: beside the data, or in a short private folder if that is too long."""
    if len(os.fsencode(home / f".s.PGSQL.{PORTS.stop}.lock")) <= LONGEST_SOCKET_PATH:
        return home
    short = Path("/tmp") / f"fleet-{_digest(home)}"  # noqa: S108 - made private and checked below
    make_private(short, account)
    status = short.lstat()
    if status.st_mode & 0o077 or short.is_symlink():
        raise ClusterFailed(f"{short} belongs to someone else; remove it and start again.")
    return short


def make_private(folder: Path, account: str | None) -> None:
    """Create the folder for the server's account alone; its parents may be passed through."""
    for parent in reversed([parent for parent in folder.parents if not parent.exists()]):
        parent.mkdir()
        parent.chmod(0o711)
    if not folder.exists():
        folder.mkdir(mode=0o700)
        give(folder, account)


def give(path: Path, account: str | None) -> None:
    """Hand a file or folder to the server's account."""
    if account:
        entry = pwd.getpwnam(account)
        os.chown(path, entry.pw_uid, entry.pw_gid, follow_symlinks=False)


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def superuser_password(home: Path, account: str | None) -> str:
    """The superuser's password, made once and kept beside the data."""
    path = home / "superuser.password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(24))
        give(path, account)
    return path.read_text()


def choose_port(home: Path, *, keep: bool) -> int:
    """The port of last time when it is still free, else another one; with keep, the same port or an error."""
    path = home / "port"
    last = int(path.read_text()) if path.exists() else None
    if last and is_free(last):
        return last
    if last and keep:
        raise PortInUse(f"Port {last} of the database was taken by another program; run `fleet up` again.")
    port = free_port()
    path.write_text(str(port))
    return port


def free_port() -> int:
    """A TCP port on which nothing listens."""
    candidates = iter(lambda: secrets.choice(PORTS), None)
    return next(port for port in candidates if is_free(port))


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether nothing listens on the TCP port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def configuration(*, port: int, socket_dir: Path, durable: bool, timescale: bool) -> str:
    """The whole postgresql.conf of the cluster."""
    memory_mb = memory_bytes() // MIB
    settings = {
        "listen_addresses": LOOPBACK,
        "port": port,
        "unix_socket_directories": socket_dir,
        "unix_socket_permissions": "0700",
        "max_connections": 100,
        "password_encryption": "scram-sha-256",
        "shared_buffers": f"{min(max(memory_mb // 8, 128), 2048)}MB",
        "effective_cache_size": f"{max(memory_mb // 2, 256)}MB",
        "maintenance_work_mem": f"{min(max(memory_mb // 32, 64), 512)}MB",
        "work_mem": "16MB",
        "dynamic_shared_memory_type": "posix" if _shared_memory_mb() >= 256 else "mmap",
        "wal_level": "replica",
        "wal_compression": "on",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": 1.1,
        "jit": "off",
        "fsync": "on" if durable else "off",
        "full_page_writes": "on" if durable else "off",
        "synchronous_commit": "on",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %u ",
        "log_min_duration_statement": "2s",
        "lc_messages": "C",
    }
    if timescale:
        settings |= {"shared_preload_libraries": "timescaledb", "timescaledb.telemetry_level": "off"}
    return "".join(f"{name} = '{value}'\n" for name, value in settings.items())


ACCESS_RULES = "local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n"


def memory_bytes() -> int:
    """The memory this machine or its container has."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(physical, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    except (OSError, ValueError):
        return physical


def _shared_memory_mb() -> int:
    try:
        return shutil.disk_usage("/dev/shm").total // MIB  # noqa: S108 - only measured
    except OSError:
        return 0
