"""`fleet up`, `fleet down`, `fleet reset`: the whole platform on this machine, under one supervisor."""

import asyncio
import errno
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from fleet.errors import FleetError
from fleet.local.cluster import Cluster
from fleet.local.console import complain
from fleet.local.detached import in_background
from fleet.local.local_run import LocalRun
from fleet.local.options import UpOptions
from fleet.local.processes import end_marked, send, wait_gone
from fleet.local.run_folder import MARK, RunFolder

FLEET = (sys.executable, "-m", "fleet")
STOP_WITHIN_S = 60.0


def run(options: UpOptions, fleet: Sequence[str] = FLEET) -> int:
    """Start everything and stay until a signal comes; detached, return when ready. Gives the exit code."""
    if not options.detach:
        return _guarded(lambda: _run(options, fleet, lambda: None))
    log_path = RunFolder(options.folder).logs / "supervisor.log"
    return in_background(lambda ready: _guarded(lambda: _run(options, fleet, ready)), log_path)


def _run(options: UpOptions, fleet: Sequence[str], ready: Callable[[], None]) -> None:
    with RunFolder(options.folder).locked() as folder:
        end_marked(MARK, folder.mark)
        folder.rotate_logs()
        folder.up_json.unlink(missing_ok=True)
        asyncio.run(LocalRun(options, folder, fleet, ready).stay())


def down(folder: Path) -> int:
    """Stop what runs in the project's folder, left-overs of a killed supervisor too. Gives the exit code."""
    return _guarded(lambda: _down(RunFolder(folder)))


def _down(folder: RunFolder) -> None:
    supervisor = folder.supervisor_pid()
    if supervisor:
        _stop_supervisor(supervisor)
    end_marked(MARK, folder.mark)
    cluster = Cluster(folder.cluster)
    left_over = cluster.pid is not None
    cluster.stop()
    folder.up_json.unlink(missing_ok=True)
    print("Stopped; the data is kept." if supervisor or left_over else "Nothing runs here.")


def _stop_supervisor(pid: int) -> None:
    for signal_number in (signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
        send(pid, signal_number)
        if wait_gone(pid, STOP_WITHIN_S):
            return


def reset(folder: Path, *, yes: bool) -> int:
    """Stop, and remove data, secrets and logs of the local run, once confirmed. Gives the exit code."""
    if not yes and not _confirmed(folder):
        complain("nothing was removed.")
        return 1
    return _guarded(lambda: _reset(RunFolder(folder)))


def _confirmed(folder: Path) -> bool:
    try:
        answer = input(f"Remove the database, secrets and logs of {folder.resolve()}? [y/N] ")
    except EOFError:
        return False
    return answer.strip().lower() in ("y", "yes")


def _reset(folder: RunFolder) -> None:
    _down(folder)
    Cluster(folder.cluster).destroy()
    folder.remove()
    print("Removed. A database given by --dsn was not touched.")


def _guarded(work: Callable[[], None]) -> int:
    try:
        work()
    except FleetError as error:
        complain(str(error))
        return 1
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        complain("the disk is full. Free some space and try again.")
        return 1
    return 0
