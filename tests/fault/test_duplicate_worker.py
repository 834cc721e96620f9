"""Two workers that take each other's name: containers often have the same number of process, and now and then the
same host name. A claim is still ended once (P3)."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from invariants import assert_nothing_lost

from database.log_rows import append, claim
from fixtures.database import Database
from fixtures.load import Load
from fixtures.roles import Platform
from fleet.db import make_pool
from fleet.parser import Limits
from fleet.pipeline.parse_stage import ParseStage

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


def test_a_claim_that_a_namesake_took_over_is_ended_by_one_of_them(database: Database) -> None:
    with database.connect("push") as push:
        (raw_id,) = append(push, b"token=*&data_list=[]")
    with database.connect("worker") as first, database.connect("worker") as second:
        begun = claim(first, "twin")
        with database.connect("superuser") as clock:
            clock.execute("update events.claims set lease_until = now() - interval '1 second'")
        taken_over = claim(second, "twin")
        assert begun == taken_over
        assert begun is not None
        facts = f'[[{raw_id}, 0, "heartbeat", "869999050001018", "2026-11-20T09:00:00Z", {{}}]]'
        finish = "select events.finish_claim(%s, 'twin', %s, '[]')"
        second.execute(finish, (begun[0], facts))
        with pytest.raises(psycopg.errors.LockNotAvailable, match="is not held by twin any more"):
            first.execute(finish, (begun[0], facts))
    assert database.value("select count(*) from events.parsed") == 1
    assert database.value("select count(*) from events.ledger") == 1
