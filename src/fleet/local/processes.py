"""Processes as the kernel shows them: who lives, who works in a folder, who ends and when."""

import os
import select
import signal
from collections.abc import Sequence
from pathlib import Path


def tethered(command: Sequence[str], signal_name: str, account: str | None = None) -> list[str]:
    """The command, started so that it gets the signal when the thread that starts it ends.

    With an account it runs as that system user. The process id stays that of the command itself.
    """
    return ["setpriv", *_identity(account), "--pdeathsig", signal_name, "--", *command]


def as_account(command: Sequence[str], account: str | None) -> list[str]:
    """The command run as a system user, or as it is when there is no account to change to."""
    return ["setpriv", *_identity(account), "--", *command] if account else list(command)


def _identity(account: str | None) -> list[str]:
    return ["--reuid", account, "--regid", account, "--init-groups"] if account else []


def is_alive(pid: int) -> bool:
    """Whether the process exists and is no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def works_in(pid: int, folder: Path) -> bool:
    """Whether the process lives and has the folder as its working directory."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder.resolve()
    except OSError:
        return False


def working_in(folder: Path) -> list[int]:
    """All living processes whose working directory is the folder."""
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in pids if works_in(pid, folder)]


def send(pid: int, signal_number: signal.Signals) -> None:
    """Signal a process; one that has gone already is no error."""
    try:
        os.kill(pid, signal_number)
    except ProcessLookupError:
        return


def wait_gone(pid: int, timeout_s: float) -> bool:
    """Wait until the process has ended; False when it still lives after the timeout."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        ended, _, _ = select.select([handle], [], [], timeout_s)
    finally:
        os.close(handle)
    return bool(ended)


def end_marked(variable: str, value: str) -> None:
    """Kill every process that was started with the environment variable."""
    mark = f"{variable}={value}".encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and mark in _environment(entry):
            send(int(entry.name), signal.SIGKILL)
            wait_gone(int(entry.name), 5)


def _environment(process: Path) -> list[bytes]:
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


def end(pid: int, *, gently_s: float, signal_number: signal.Signals = signal.SIGTERM) -> None:
    """Ask a process to end, and kill it when it has not done so in time."""
    send(pid, signal_number)
    if not wait_gone(pid, gently_s):
        send(pid, signal.SIGKILL)
        wait_gone(pid, 5)
