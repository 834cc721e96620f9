"""A private PostgreSQL cluster in a working folder, apart from any cluster that is already there.

Start it from a thread that lives as long as the server is needed: when that thread ends, however it
ends, the server shuts itself down.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import TextIO

from fleet.local import cluster_files as files
from fleet.local import processes
from fleet.local.errors import ClusterBusy, ClusterFailed, DiskFull, LocalRunError, PortInUse
from fleet.local.server import Server, find_server, server_account

SUPERUSER = "postgres"
LOG_TAIL_LINES = 12


class Cluster:
    """One cluster whose files lie in the folder, or under /var/lib where its server cannot reach the folder.

    `durable=False` trades safety against a power cut for speed and is for tests alone.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self._account = server_account()
        self.home = files.cluster_home(folder, self._account)
        self.data_dir = self.home / "data"
        self.log_path = self.home / "postgresql.log"
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: TextIO | None = None

    @property
    def socket_dir(self) -> Path:
        """The folder of the server's Unix socket."""
        return files.socket_folder(self.home, self._account)

    @property
    def port(self) -> int:
        """The TCP port on 127.0.0.1, known once the cluster was started."""
        return int((self.home / "port").read_text())

    @property
    def pid(self) -> int | None:
        """The process id of the postmaster, None while there is none."""
        if self._process and self._process.poll() is None:
            return self._process.pid
        lines = self._pid_file_lines()
        pid = int(lines[0]) if lines and lines[0].isdigit() else None
        return pid if pid and processes.works_in(pid, self.data_dir) else None

    @property
    def is_running(self) -> bool:
        """Whether the server takes connections."""
        lines = self._pid_file_lines()
        return self.pid is not None and len(lines) > 7 and lines[7].strip() == "ready"

    def superuser_dsn(self, dbname: str = "postgres") -> str:
        """The URL of the superuser's login over TCP."""
        password = files.superuser_password(self.home, self._account)
        return f"postgresql://{SUPERUSER}:{password}@{files.LOOPBACK}:{self.port}/{dbname}"

    def prepare(self) -> None:
        """Make the cluster unless it is there; half a cluster is never left behind."""
        files.make_private(self.home, self._account)
        if not self.data_dir.exists():
            self._init()

    def start(self, timeout_s: float = 60) -> None:
        """Make the cluster if need be, start the server and wait until it takes connections."""
        if self.is_running and self._process:
            return
        self.prepare()
        self.launch()
        try:
            self.wait_ready(timeout_s)
        except BaseException:
            self.stop(immediate=True)
            raise

    def launch(self, *, same_port: bool = False) -> None:
        """Start the server of a cluster that was made; what an earlier run left is ended first."""
        self._acquire_lock()
        self._end_leftovers()
        self._launch(files.choose_port(self.home, keep=same_port))

    def wait_ready(self, timeout_s: float = 60) -> None:
        """Wait until the launched server takes connections; recovery after a crash takes its time."""
        deadline = time.monotonic() + timeout_s
        while not self.is_running:
            if self._process is None or self._process.poll() is not None:
                raise self._failure("The database server did not start", self._log_tail())
            if time.monotonic() > deadline:
                raise self._failure(f"The database server was not ready in {timeout_s:g} s", self._log_tail())
            time.sleep(0.01)

    def stop(self, *, immediate: bool = False, timeout_s: float = 30) -> None:
        """Stop the server, whoever started it; immediate skips the checkpoint, the next start recovers."""
        pid = self.pid
        if pid:
            processes.send(pid, signal.SIGQUIT if immediate else signal.SIGINT)
            if not processes.wait_gone(pid, timeout_s):
                processes.end(pid, gently_s=5, signal_number=signal.SIGQUIT)
        if self._process:
            self._process.wait()
            self._process = None
        self._end_leftovers()
        self._release_lock()

    def destroy(self) -> None:
        """Stop the server and remove every file of the cluster."""
        if self.data_dir.exists():
            self.stop(immediate=True)
        socket_dir = self.socket_dir if self.home.exists() else self.home
        for folder in {socket_dir, self.home}:
            shutil.rmtree(folder, ignore_errors=True)

    def _init(self) -> None:
        new = self.home / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        files.superuser_password(self.home, self._account)
        command = [
            str(find_server().bin_dir / "initdb"),
            *("-D", str(new), "--username", SUPERUSER, "--pwfile", str(self.home / "superuser.password")),
            *("--encoding", "UTF8", "--locale", "C", "--lc-ctype", "C.UTF-8"),
            *("--auth", "scram-sha-256", "--data-checksums", "--no-instructions"),
            *([] if self._durable else ["--no-sync"]),
        ]
        done = subprocess.run(  # noqa: S603
            processes.as_account(command, self._account),
            cwd=self.home,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            shutil.rmtree(new, ignore_errors=True)
            raise self._failure("The database cluster could not be made", done.stdout + done.stderr)
        new.rename(self.data_dir)

    def _server(self) -> Server:
        return find_server(major=int((self.data_dir / "PG_VERSION").read_text()))

    def _launch(self, port: int) -> None:
        server = self._server()
        self._write(
            "postgresql.conf",
            files.configuration(
                port=port, socket_dir=self.socket_dir, durable=self._durable, timescale=server.has_timescale
            ),
        )
        self._write("pg_hba.conf", files.ACCESS_RULES)
        if self.log_path.exists():
            self.log_path.replace(self.log_path.with_suffix(".log.1"))
        command = [str(server.bin_dir / "postgres"), "-D", str(self.data_dir)]
        with self.log_path.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603
                processes.tethered(command, "INT", self._account),
                cwd=self.home,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _write(self, name: str, text: str) -> None:
        path = self.data_dir / name
        try:
            path.write_text(text)
        except OSError as error:
            raise self._failure(f"{path} could not be written", str(error)) from error

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}

    def _end_leftovers(self) -> None:
        """End what works in the data folder without a supervisor, and drop a stale lock file.

        The server drops it itself, unless the process number in it was given to another process.
        """
        pid = self.pid
        if pid:
            processes.end(pid, gently_s=30, signal_number=signal.SIGINT)
        for child in processes.working_in(self.data_dir):
            processes.send(child, signal.SIGKILL)
            processes.wait_gone(child, 5)
        (self.data_dir / "postmaster.pid").unlink(missing_ok=True)

    def _acquire_lock(self) -> None:
        if self._lock:
            return
        lock = (self.home / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise ClusterBusy(f"Another process runs the database in {self.home}; stop it first.") from None
        self._lock = lock

    def _release_lock(self) -> None:
        if self._lock:
            self._lock.close()
            self._lock = None

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.data_dir / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _log_tail(self) -> str:
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:])

    def _failure(self, what: str, output: str) -> LocalRunError:
        if "No space left on device" in output:
            return DiskFull(f"{what}: the disk that holds {self.home} is full. Free some space and try again.")
        if "Address already in use" in output:
            return PortInUse(f"{what}: port {self.port} was taken by another program. Try again.")
        return ClusterFailed(f"{what} ({self.log_path}):\n{output.strip()}")
