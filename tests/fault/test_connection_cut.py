"""The network between the roles and the database breaks in the middle of a batch, or swallows every byte."""

from collections.abc import Callable

import pytest
from invariants import assert_nothing_lost

from fixtures.database import Database
from fixtures.load import Load
from fixtures.proxy import Cut, Proxy, Way
from fixtures.roles import Platform
from fleet.log.append import ANSWER_WITHIN_S

pytestmark = pytest.mark.fault


def through(proxy: Proxy, database: Database, *logins: str) -> dict[str, str]:
    """Settings that lead logins through the proxy."""
    return {f"DATABASE_{login.upper()}_URL": proxy.url(database.url(login)) for login in logins}


def spring(proxy: Proxy, login: str, message: bytes, cut: Cut) -> None:
    """Set a trap and wait for it to have sprung."""
    assert proxy.set_trap(login, message, cut).wait(30), f"{login} never sent {message!r}"


def test_an_append_that_is_cut_in_the_middle_is_acknowledged_only_when_it_is_stored(
    platform: Platform, proxy: Proxy, start_load: Callable[..., Load]
) -> None:
    platform.start("gateway", "worker", **through(proxy, platform.database, "push", "reader", "session"))
    load = start_load(platform.url)

    for cut in (Cut.IN_REQUEST, Cut.BEFORE_ANSWER):
        load.wait_acknowledged(50)
        spring(proxy, "fleet_push", b"pushgps", cut)
        load.wait_answered(503)
    proxy.go(Way.AWAY)
    load.wait_answered(503)
    proxy.go(Way.OPEN)
    load.wait_acknowledged(50)

    load.stop()
    assert_nothing_lost(platform, load)


def test_a_batch_that_is_cut_in_the_middle_is_done_again_and_only_once(
    platform: Platform, proxy: Proxy, start_load: Callable[..., Load]
) -> None:
    platform.start("gateway", "worker", **through(proxy, platform.database, "worker"))
    load = start_load(platform.url)

    load.wait_acknowledged(50)
    for message, cut in (
        (b"position_fix", Cut.IN_REQUEST),  # half of the facts
        (b"events.finish_claim", Cut.BEFORE_ANSWER),  # are the facts written? the worker cannot know
        (b"events.advance", Cut.BEFORE_ANSWER),
        (b"events.claim_raw", Cut.BEFORE_ANSWER),  # a claim that nobody knows of
    ):
        spring(proxy, "fleet_worker", message, cut)
    load.wait_acknowledged(50)

    load.stop()
    assert_nothing_lost(platform, load)


def test_a_database_that_swallows_every_byte_is_answered_503_in_time(
    platform: Platform, proxy: Proxy, start_load: Callable[..., Load]
) -> None:
    platform.start("gateway", "worker", **through(proxy, platform.database, "push", "reader", "session", "worker"))
    load = start_load(platform.url)

    load.wait_acknowledged(50)
    proxy.go(Way.DEAF)
    load.wait_answered(503)
    proxy.go(Way.OPEN)
    load.wait_acknowledged(50)

    assert max(answer.took_s for answer in load.stop().answers) < ANSWER_WITHIN_S + 1
    assert_nothing_lost(platform, load)
