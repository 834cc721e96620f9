"""The token: one for all, kept across restarts, unreadable at rest, asked for seldom."""

import asyncio
from datetime import timedelta

import orjson
import pytest
from cryptography.fernet import Fernet

from fixtures.database import SECRETS
from fleet import clock
from fleet.errors import UpstreamError
from fleet.jimi import tokens
from fleet.jimi.methods import DEVICE_LIST
from fleet.upstream import token_store
from jimi.conftest import Bench
from jimi.vendor import TOKEN_GET, TOKEN_REFRESH, Reply, told


async def test_many_callers_of_many_processes_share_one_token(bench: Bench) -> None:
    callers = [bench.caller() for _ in range(3)]
    answers = await asyncio.gather(*(caller.call() for caller in callers for _ in range(8)))
    assert {answer.code for answer in answers} == {0}
    assert bench.vendor.tokens_given == 1


async def test_a_token_survives_a_restart(bench: Bench) -> None:
    await bench.caller().call()
    await bench.caller().call()
    assert bench.vendor.tokens_given == 1


async def test_a_token_cannot_be_read_in_its_table(bench: Bench) -> None:
    await bench.caller().call()
    (access,) = bench.vendor.takes
    row = bench.held("to_jsonb(t)::text")
    assert access not in row
    sealed = orjson.loads(row)["sealed"]
    assert orjson.loads(Fernet(SECRETS["SECRETS_KEY"]).decrypt(sealed))["access"] == access


async def test_a_new_key_in_front_opens_what_the_old_one_sealed(bench: Bench) -> None:
    await bench.caller().call()
    new_key = Fernet.generate_key().decode()
    assert (await bench.caller(key=f"{new_key},{SECRETS['SECRETS_KEY']}").call()).succeeded
    assert bench.vendor.tokens_given == 1


async def test_without_the_key_that_sealed_it_a_token_is_replaced(bench: Bench) -> None:
    await bench.caller().call()
    assert (await bench.caller(key=Fernet.generate_key().decode()).call()).succeeded
    assert [len(bench.vendor.of(name)) for name in (TOKEN_GET, TOKEN_REFRESH)] == [2, 0]


async def test_a_token_that_ended_while_nobody_looked_is_replaced(bench: Bench) -> None:
    await bench.caller().call()
    bench.alter_held("expires_at = clock_timestamp()")
    assert (await bench.caller().call()).succeeded
    assert [len(bench.vendor.of(name)) for name in (TOKEN_GET, TOKEN_REFRESH)] == [2, 0]


async def test_a_token_is_refreshed_before_its_end(bench: Bench) -> None:
    bench.vendor.lifetime_s = 500  # less than the ten minutes before an end at which it is renewed
    caller = bench.caller()
    await caller.call()
    await caller.call()
    assert [call.method for call in bench.vendor.calls if "token" in call.method] == [TOKEN_GET, TOKEN_REFRESH]
    assert bench.held("version") == 2


async def test_where_a_refresh_fails_a_new_token_is_got(bench: Bench) -> None:
    bench.vendor.scripts[TOKEN_REFRESH] = lambda _: told(1004, "no such token", result=None)
    bench.vendor.lifetime_s = 500
    caller = bench.caller()
    await caller.call()
    await caller.call()
    assert [len(bench.vendor.of(name)) for name in (TOKEN_REFRESH, TOKEN_GET)] == [1, 2]


async def test_a_refresh_that_is_too_frequent_is_no_reason_for_a_new_token(bench: Bench) -> None:
    bench.vendor.scripts[TOKEN_REFRESH] = lambda _: told(1006, "too often", result=None)
    bench.vendor.lifetime_s = 500
    caller = bench.caller()
    await caller.call()
    assert (await caller.call()).succeeded, "the old token is good for a while yet"
    assert [len(bench.vendor.of(name)) for name in (TOKEN_REFRESH, TOKEN_GET)] == [1, 1]


async def test_tokens_are_asked_for_about_once_a_minute_at_most(bench: Bench) -> None:
    bench.vendor.lifetime_s = 500
    caller = bench.caller()
    for _ in range(10):
        assert (await caller.call()).succeeded
    assert bench.vendor.tokens_given == 2, "one, and one taken ahead"


async def test_a_token_that_the_vendor_forgot_is_renewed_once_for_all_callers(bench: Bench) -> None:
    callers = [bench.caller() for _ in range(2)]
    for caller in callers:
        await caller.call()
    bench.vendor.takes.clear()
    answers = await asyncio.gather(*(caller.call() for caller in callers for _ in range(8)))
    assert {answer.code for answer in answers} == {0}
    assert len(bench.vendor.of(TOKEN_GET)) == 2


async def test_a_vendor_that_goes_on_saying_1004_is_asked_for_one_new_token_and_then_for_none(bench: Bench) -> None:
    caller = bench.caller()
    await caller.call()
    bench.vendor.scripts[DEVICE_LIST.name] = lambda _: told(1004, "token is invalid", result=None)
    assert (await caller.call()).code == 1004
    assert caller.codes == [0, 1004, 1004], "renewed once, asked again once"
    for restarted in (caller, bench.caller()):
        assert (await restarted.call()).code == 1004
    assert len(bench.vendor.of(TOKEN_GET)) == 2
    del bench.vendor.scripts[DEVICE_LIST.name]
    assert (await caller.call()).succeeded, "it recovers with the vendor, no token needed"


async def test_the_cool_down_grows_while_new_tokens_do_not_help(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_store, "ONE_REQUEST_IN_S", 0)
    monkeypatch.setattr(tokens, "FIRST_COOL_DOWN_S", 3600.0)
    caller = bench.caller()
    await caller.call()
    bench.vendor.scripts[DEVICE_LIST.name] = lambda _: told(1004, "token is invalid", result=None)
    await caller.call()
    assert timedelta(minutes=59) < bench.held("spent_until - clock_timestamp()") <= timedelta(hours=1)
    asked = bench.vendor.tokens_given
    await caller.call()
    assert bench.vendor.tokens_given == asked


async def test_without_a_token_the_error_says_so_and_the_next_try_waits(bench: Bench) -> None:
    bench.vendor.scripts[TOKEN_GET] = lambda _: Reply(b"<html>down</html>", 502, "text/html")
    caller = bench.caller()
    for _ in range(2):
        with pytest.raises(UpstreamError, match="no token: code None, HTTP 502"):
            await caller.call()
    with pytest.raises(UpstreamError, match="may not be asked again yet"):
        await caller.call()
    assert len(bench.vendor.of(TOKEN_GET)) == 2


async def test_a_token_with_a_lease_on_it_is_waited_for_and_taken_over_when_its_holder_died(bench: Bench) -> None:
    lease = await bench.store().lease(0)
    assert lease.state == "granted"
    assert (await bench.store().lease(0)).state == "leased"
    waiting = asyncio.create_task(bench.caller().call())
    bench.alter_held("lease_until = clock_timestamp()")
    assert (await waiting).succeeded
    assert bench.vendor.tokens_given == 1
    late = tokens.Token("late", "late", clock.now() + timedelta(hours=1))
    assert lease.lease_id is not None
    assert (await bench.store().save(lease.lease_id, late)).access in bench.vendor.takes, "a lost lease saves nothing"
