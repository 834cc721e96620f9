"""Two workers that take each other's name: containers often have the same number of process, and now and then the
same host name. A claim is still ended once (P3)."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from invariants import assert_nothing_lost

from fixtures.load import Load
from fixtures.roles import Platform
from fleet.db import make_pool
from fleet.model import Raw
from fleet.parser import VERSION, Limits, parse
from fleet.pipeline.outcome import Outcome, fact_rows, rejection_rows
from fleet.pipeline.parse_stage import CLAIM, FINISH, LEASE, MAX_BYTES, MAX_ROWS, READ, ParseStage

pytestmark = pytest.mark.fault

LIMITS = Limits(datetime(2026, 7, 1, tzinfo=UTC), timedelta(minutes=10))
TWINS = 4


async def test_parsers_of_one_name_share_the_log_like_any_others(
    platform: Platform, start_load: Callable[..., Load]
) -> None:
    await asyncio.to_thread(platform.start, "gateway", "worker")
    load = start_load(platform.url)
    pool = make_pool(platform.database.url("worker"), "test-twins", TWINS)
    stop = asyncio.Event()

    async def parse(stage: ParseStage) -> None:
        while not stop.is_set():
            await stage.drain()
            await asyncio.sleep(0)

    async with pool:
        stages = [ParseStage(pool, "twin", LIMITS) for _ in range(TWINS)]
        work = [asyncio.create_task(parse(stage)) for stage in stages]
        await asyncio.to_thread(load.wait_acknowledged, 150)
        stop.set()
        await asyncio.gather(*work)
    assert any(stage.raw_rows_parsed for stage in stages), "the twins got nothing to do"
    await asyncio.to_thread(load.stop)
    await asyncio.to_thread(assert_nothing_lost, platform, load)


def test_a_claim_that_a_namesake_took_over_is_ended_by_one_of_them(
    platform: Platform, start_load: Callable[..., Load]
) -> None:
    platform.gateway()
    load = start_load(platform.url)
    load.wait_acknowledged(20)
    load.stop()
    database = platform.database
    mine = ("twin", VERSION, MAX_ROWS, MAX_BYTES, LEASE)
    with database.connect("worker") as first, database.connect("worker") as second:
        begun = first.execute(CLAIM, mine).fetchone()
        assert begun is not None
        with database.connect("superuser") as clock:
            clock.execute("update events.claims set lease_until = now() - interval '1 second'")
        assert second.execute(CLAIM, mine).fetchone() == begun
        claim_id, *rows = begun
        raws = [Raw(*row) for row in second.execute(READ, rows).fetchall()]
        outcomes = [Outcome(raw.id, parse(raw, LIMITS)) for raw in raws]
        ending = (claim_id, "twin", fact_rows(outcomes), rejection_rows(outcomes))
        second.execute(FINISH, ending)
        with pytest.raises(psycopg.errors.LockNotAvailable, match="is not held by twin any more"):
            first.execute(FINISH, ending)
    platform.worker()
    assert_nothing_lost(platform, load)
