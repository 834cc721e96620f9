"""Going to the background once everything is ready."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

Ready = Callable[[], None]


def in_background(work: Callable[[Ready], int], log_path: Path) -> int:
    """Do the work in a session of its own; return 0 when it calls `ready`, else its exit code.

    Until then it writes to this terminal, afterwards to the log.
    """
    read_end, write_end = os.pipe()
    worker = os.fork()
    if worker == 0:
        os.close(read_end)
        os.setsid()
        os._exit(_flushed(work(lambda: _let_go(write_end, log_path))))
    os.close(write_end)
    try:
        is_ready = os.read(read_end, 1)
    except KeyboardInterrupt:
        os.kill(worker, signal.SIGINT)
        is_ready = b""
    if is_ready:
        return 0
    return os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) or 1


def _let_go(write_end: int, log_path: Path) -> None:
    _flushed(0)
    null, log = (
        os.open(os.devnull, os.O_RDONLY),
        os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
    )
    for given, standard in ((null, 0), (log, 1), (log, 2)):
        os.dup2(given, standard)
        os.set_inheritable(standard, True)
    os.write(write_end, b"1")
    os.close(write_end)


def _flushed(exit_code: int) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    return exit_code
