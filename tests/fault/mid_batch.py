"""Catching a worker in the middle of a batch: claimed, and nothing written yet."""

import os
import signal
import time
from pathlib import Path

import pytest

from fixtures.database import Database
from fixtures.roles import Process

UNLOCKED_CLAIM = """
    select claim_id from events.claims
    where worker like %s and lease_until > clock_timestamp() + interval '1 s'
    for update skip locked limit 1
"""
BUSY_BACKENDS = "select count(*) from pg_stat_activity where usename = 'fleet_worker' and state <> 'idle'"
WITHIN_S = 30.0


def freeze_in_mid_batch(database: Database, worker: Process) -> int:
    """SIGSTOP a worker at a moment when it holds a claim and none of its statements runs. Gives the claim.

    The only worker that runs; for a moment in which none is found it goes on working.
    """
    deadline = time.monotonic() + WITHIN_S
    mine = f"%:{worker.pid}:%"
    with database.connect("superuser") as db:
        while time.monotonic() < deadline:
            if db.execute("select from events.claims where worker like %s", (mine,)).fetchone() is None:
                continue
            suspend(worker)
            claim = db.execute(UNLOCKED_CLAIM, (mine,)).fetchone()
            busy = db.execute(BUSY_BACKENDS).fetchone()
            if claim is not None and busy == (0,):
                return int(claim[0])
            resume(worker)
    pytest.fail("the worker was never seen in the middle of a batch")


def suspend(process: Process) -> None:
    """SIGSTOP; returns when it stands still."""
    os.kill(process.pid, signal.SIGSTOP)
    while Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
        pass


def resume(process: Process) -> None:
    """SIGCONT."""
    os.kill(process.pid, signal.SIGCONT)
