"""The `.fleet` folder of a project: where a local run keeps its data, secrets, logs and what scripts read."""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fleet.local.errors import AlreadyUp

Json = Mapping[str, Any]
MARK = "FLEET_RUN"
"""The environment variable by which the processes of a run are found again."""


class RunFolder:
    """Paths below `<project>/.fleet`, private to the user, and the lock of the one supervisor."""

    def __init__(self, project: Path) -> None:
        self.project = project.resolve()
        self.path = self.project / ".fleet"
        self.cluster = self.path / "pg"
        self.logs = self.path / "logs"
        self.archive = self.path / "archive"
        self.secrets = self.path / "secrets.env"
        self.up_json = self.path / "up.json"
        self.imported = self.path / "imported.json"
        self._lock_path = self.path / "supervisor.lock"
        self.mark = str(self.path)

    @contextmanager
    def locked(self) -> Iterator["RunFolder"]:
        """Make the folder and be its supervisor. Errors: AlreadyUp, naming the process that is."""
        self._create()
        with self._lock_path.open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyUp(
                    f"The platform already runs in {self.project} (process {self.supervisor_pid()}). "
                    "Stop it with `fleet down` (make down) first."
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield self

    def _create(self) -> None:
        """The database server's account may pass through the folder; nobody else reads what is in it."""
        if not self.path.exists():
            self.path.mkdir(parents=True)
            self.path.chmod(0o711)
        for folder in (self.logs, self.archive):
            folder.mkdir(mode=0o700, exist_ok=True)

    def supervisor_pid(self) -> int | None:
        """The process that supervises this folder, None when there is none."""
        try:
            with self._lock_path.open("r+") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return int(lock.read() or 0) or None
        except FileNotFoundError:
            return None
        return None

    def rotate_logs(self) -> None:
        """Keep the logs of the run before as `<name>.log.1`."""
        for log in self.logs.glob("*.log"):
            log.replace(log.with_suffix(".log.1"))

    def remove(self) -> None:
        """Remove everything that a run has left, the log of `make setup` aside."""
        for path in (self.secrets, self.up_json, self.imported, self.path / "fleet.csv", self._lock_path):
            path.unlink(missing_ok=True)
        for folder in (self.logs, self.archive, self.cluster):
            shutil.rmtree(folder, ignore_errors=True)


def write_private(path: Path, text: str) -> None:
    """Write a file that only the user may read; a reader sees the old text or the new, never a part."""
    new = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    new.replace(path)


def write_json(path: Path, value: Json) -> None:
    """`write_private` of a JSON document."""
    write_private(path, json.dumps(value, indent=2) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """The JSON document, empty when there is none."""
    try:
        document = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}
