"""SIGTERM while pushes are in flight: each is acknowledged and stored, or fails; the exit is clean."""

import time
from collections.abc import Callable

import pytest
from invariants import assert_nothing_lost
from open_append import held_append

from fixtures.load import Load
from fixtures.roles import Platform, Process

pytestmark = pytest.mark.fault
STOPS_WITHIN_S = 5.0


def assert_stops_cleanly(process: Process) -> None:
    started = time.monotonic()
    assert process.stop() == 0, process.log()[-3000:]
    assert time.monotonic() - started < STOPS_WITHIN_S


def test_a_gateway_that_is_asked_to_stop_promises_nothing_that_it_does_not_keep(
    platform: Platform, start_load: Callable[..., Load]
) -> None:
    gateway, worker = platform.start("gateway", "worker")
    load = start_load(platform.url)

    load.wait_acknowledged(100)
    assert_stops_cleanly(gateway)
    gateway.start()
    load.wait_acknowledged(100)
    with held_append(platform.database):
        assert_stops_cleanly(gateway)

    load.stop()
    assert max(answer.took_s for answer in load.answers) < STOPS_WITHIN_S
    assert_nothing_lost(platform, load)
    assert_stops_cleanly(worker)
    assert "Traceback" not in gateway.log() + worker.log()
