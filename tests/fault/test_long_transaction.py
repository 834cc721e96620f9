"""Somebody else's transaction stays open: nothing stops for it, and nothing is skipped because of it (P3)."""

from collections.abc import Callable

import psycopg
import pytest
from invariants import assert_nothing_lost
from open_append import held_append

from fixtures.load import Load
from fixtures.roles import Platform

pytestmark = pytest.mark.fault


def test_an_old_transaction_that_stays_open_holds_nothing_up(
    platform: Platform, start_load: Callable[..., Load]
) -> None:
    platform.start("gateway", "worker")
    with psycopg.connect(platform.database.url("superuser")) as old:
        old.execute("set transaction isolation level repeatable read")
        old.execute("select txid_current(), count(*) from events.raw, events.parsed, state.position_history")
        load = start_load(platform.url)
        load.wait_acknowledged(100)
        load.stop()
        assert_nothing_lost(platform, load)


def test_pushes_behind_an_append_that_stays_open_come_after_it_and_none_is_skipped(
    platform: Platform, start_load: Callable[..., Load]
) -> None:
    platform.start("gateway", "worker")
    load = start_load(platform.url)

    load.wait_acknowledged(50)
    with held_append(platform.database) as held:
        held.rollback()
    load.wait_acknowledged(50)
    with held_append(platform.database) as held:
        (last_visible,) = platform.database.rows("select max(id) from events.raw")[0]
        held.commit()
    load.wait_acknowledged(50)

    load.stop()
    (late_id,) = platform.database.rows("select id from events.raw where body = 'held open'")[0]
    assert late_id > last_visible, "a row with a higher number was there before it"
    assert_nothing_lost(platform, load)
