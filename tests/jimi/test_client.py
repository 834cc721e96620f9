"""The signed client: what each of the vendor's answers makes it do."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fleet.errors import UpstreamError
from fleet.jimi import client as client_module
from fleet.jimi import limiter, methods, transport
from fleet.jimi.answers import UpstreamPaused
from fleet.jimi.limiter import Pace
from fleet.jimi.methods import DEVICE_LIST, LOCATION_LIST, TRACK_LIST, TRIPS
from jimi.conftest import TARGET, UNHURRIED, Bench
from jimi.vendor import TOKEN_GET, Reply, told

TOO_OFTEN = "Illegal access, request frequency is too high"


async def test_an_answer_is_handed_on_to_the_byte_with_its_question_and_no_secret(bench: Bench) -> None:
    bench.vendor.queue.append(told(0, result=[{"imei": "1"}, {"imei": "2"}]))
    caller = bench.caller()
    answer = await caller.call()
    assert answer.body == b'{"code":0,"message":"success","result":[{"imei":"1"},{"imei":"2"}]}'
    assert (answer.code, len(answer.rows), answer.params) == (0, 2, TARGET)
    assert caller.kept == [answer]


@pytest.mark.parametrize(
    ("reply", "rows"),
    [
        (told("0", result=None), 0),
        (told(0), 0),
        (told(0, result={"imei": "1"}), 1),
        (told(0, result=None, data={"rows": [{}, {}], "dataTotalRows": "2"}), 2),
        (told(0, result=None, data={"result": [{}]}), 1),
        (told(0, result=None, data=None), 0),
    ],
)
async def test_success_has_many_forms(bench: Bench, reply: Reply, rows: int) -> None:
    bench.vendor.queue.append(reply)
    answer = await bench.caller().call()
    assert answer.succeeded
    assert len(answer.rows) == rows


async def test_too_frequent_is_answered_by_patience_and_never_by_a_new_token(bench: Bench) -> None:
    caller = bench.caller()
    bench.vendor.queue.extend([told(1006, TOO_OFTEN, result=None)] * 2)
    answer = await caller.call()
    assert caller.codes == [1006, 1006, 0], "each answer is kept"
    assert answer.succeeded
    assert bench.vendor.tokens_given == 1
    first, second, third = bench.vendor.of(DEVICE_LIST.name)
    assert second.at_s - first.at_s >= 0.75 * 0.02
    assert third.at_s - second.at_s >= 0.75 * 0.04, "longer each time"


async def test_each_try_is_signed_anew_at_its_own_time(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "FIRST_BACK_OFF_S", 1.4)  # a time stamp has seconds
    bench.vendor.queue.append(told(1006, TOO_OFTEN, result=None))
    await bench.caller().call()
    first, second = bench.vendor.of(DEVICE_LIST.name)
    assert first.params["timestamp"] < second.params["timestamp"]
    assert first.params["sign"] != second.params["sign"]


async def test_a_vendor_that_stays_impatient_is_left_alone_for_longer_and_longer(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = bench.caller()
    await caller.call()
    monkeypatch.setattr(limiter, "FIRST_BACK_OFF_S", 0.3)
    monkeypatch.setattr(
        limiter, "LONGEST_WAIT_S", 1.6
    )  # between the third pause at its longest and the fourth at its shortest
    bench.vendor.queue.extend([told(1006, TOO_OFTEN, result=None)] * 9)
    assert (await caller.call()).code == 1006
    asked = len(bench.vendor.calls)
    with pytest.raises(UpstreamPaused, match="too frequent"):
        await caller.call()
    assert len(bench.vendor.calls) == asked, "nothing is asked during a pause"


async def test_when_the_days_calls_are_used_up_nothing_is_asked_until_tomorrow(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module.clock, "now", lambda: datetime(2026, 11, 21, 20, 0, tzinfo=UTC))
    caller = bench.caller()
    bench.vendor.queue.append(told(1006, "Request frequency too high today!", result=None))
    assert (await caller.call()).code == 1006
    with pytest.raises(UpstreamPaused, match="2026-11-22 00:00:00 UTC: the day's calls"):
        await caller.call()
    assert len(bench.vendor.of(DEVICE_LIST.name)) == 1


async def test_the_pause_of_a_day_is_no_longer_than_the_setting(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module.clock, "now", lambda: datetime(2026, 11, 21, 8, 0, tzinfo=UTC))
    caller = bench.caller(replace(UNHURRIED, day_pause_s=3600))
    bench.vendor.queue.append(told(1006, "Request frequency too high today!", result=None))
    await caller.call()
    with pytest.raises(UpstreamPaused, match="2026-11-21 09:00:00 UTC"):
        await caller.call()


async def test_the_limit_of_an_address_pauses_every_method(bench: Bench) -> None:
    caller = bench.caller()
    bench.vendor.queue.append(told(1005, "IP limit", result=None))
    assert (await caller.call()).code == 1005
    for method in (LOCATION_LIST, TRACK_LIST):
        with pytest.raises(UpstreamPaused, match="address"):
            await caller.call(method)
    assert len(bench.vendor.calls) == 2, "the token and the one call"


async def test_a_busy_vendor_is_asked_again_a_few_times(bench: Bench) -> None:
    caller = bench.caller()
    bench.vendor.queue.extend([told(-1, "Operation successful", result=None)] * 2)
    assert (await caller.call()).succeeded
    assert caller.codes == [-1, -1, 0]
    bench.vendor.queue.extend([told(-1, "The system is busy ", result=None)] * 9)
    assert (await caller.call()).code == -1
    assert len(caller.kept) == 3 + 4


async def test_other_codes_are_answers_and_asked_once(bench: Bench) -> None:
    caller = bench.caller()
    for code in (1001, "1002", 1100, 214):
        bench.vendor.queue.append(told(code, "no", result=None))
        assert (await caller.call()).code == int(code)
    assert len(bench.vendor.of(DEVICE_LIST.name)) == 4


@pytest.mark.parametrize("status", [200, 502])
async def test_a_proxys_page_is_an_answer_without_a_code(bench: Bench, status: int) -> None:
    bench.vendor.queue.append(Reply(b"<html>Bad Gateway</html>", status, "text/html"))
    answer = await bench.caller().call()
    assert (answer.code, answer.http_status, answer.rows) == (None, status, [])
    assert answer.body == b"<html>Bad Gateway</html>"


@pytest.mark.parametrize("body", [b'{"code":0,"result":[{"imei"', b"", b"[]", b"\xff\xfe", b'{"code":"zero"}'])
async def test_a_body_that_is_no_envelope_is_an_answer_without_a_code(bench: Bench, body: bytes) -> None:
    bench.vendor.queue.append(Reply(body))
    answer = await bench.caller().call()
    assert (answer.code, answer.succeeded, answer.rows, answer.body) == (None, False, [], body)


async def test_an_answer_that_breaks_off_is_an_error(bench: Bench) -> None:
    bench.vendor.queue.append(Reply(b'{"code":0', cut_bytes=100))
    caller = bench.caller()
    with pytest.raises(UpstreamError, match="did not answer"):
        await caller.call()
    assert (await caller.call()).succeeded


async def test_an_endless_answer_is_not_taken(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MOST_ANSWER_BYTES", 100_000)
    bench.vendor.queue.append(Reply(b" " * 100_001))
    with pytest.raises(UpstreamError, match="exceeds 100000 bytes"):
        await bench.caller().call()


async def test_an_answer_that_does_not_come_is_given_up(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = bench.caller()
    await caller.call()
    monkeypatch.setattr(methods, "FAST_WITHIN_S", 0.1)
    never = asyncio.Event()
    bench.vendor.queue.append(Reply(b"", wait_for=never))
    with pytest.raises(UpstreamError, match=r"did not answer jimi\.user\.device\.list within"):
        await caller.call()
    never.set()


def test_a_slow_method_has_more_time_than_a_fast_one() -> None:
    assert (LOCATION_LIST.answers_within_s, TRACK_LIST.answers_within_s) == (30, 180)


async def test_a_slow_answer_holds_up_no_fast_call_and_no_other_slow_method(bench: Bench) -> None:
    caller = bench.caller(Pace(calls_per_s=1000.0, burst_calls=4, fast_at_once=2))
    done = asyncio.Event()
    bench.vendor.scripts[TRACK_LIST.name] = lambda _: Reply(b'{"code":0}', wait_for=done)
    tracks = [asyncio.create_task(caller.call(TRACK_LIST)) for _ in range(3)]
    await bench.vendor.wait_for_calls(TRACK_LIST.name, 1)
    for method in (LOCATION_LIST, DEVICE_LIST, TRIPS):
        assert (await asyncio.wait_for(caller.call(method), 5)).succeeded
    assert len(bench.vendor.of(TRACK_LIST.name)) == 1, "tracks one at a time"
    done.set()
    await asyncio.gather(*tracks)
    assert bench.vendor.most_at_once[TRACK_LIST.name] == 1


async def test_so_many_fast_calls_are_under_way_at_once_and_no_more(bench: Bench) -> None:
    caller = bench.caller(Pace(calls_per_s=1000.0, burst_calls=100, fast_at_once=2))
    await caller.call()
    go_on = asyncio.Event()
    bench.vendor.queue.extend([Reply(b'{"code":0}', wait_for=go_on)] * 6)
    calls = [asyncio.create_task(caller.call()) for _ in range(6)]
    await bench.vendor.wait_for_calls(DEVICE_LIST.name, 3)
    assert bench.vendor.under_way[DEVICE_LIST.name] == 2
    go_on.set()
    await asyncio.gather(*calls)
    assert bench.vendor.most_at_once[DEVICE_LIST.name] == 2


async def test_after_a_burst_calls_keep_their_distance(bench: Bench) -> None:
    caller = bench.caller(Pace(calls_per_s=20.0, burst_calls=4, fast_at_once=100))
    await asyncio.gather(*(caller.call() for _ in range(9)))
    times = sorted(call.at_s for call in bench.vendor.calls)  # the token's call counts
    assert times[3] - times[0] < 0.15
    assert times[9] - times[0] >= 6 * 0.05 - 0.02


async def test_a_vendor_out_of_reach_is_an_error_of_ours(bench: Bench) -> None:
    bench.vendor.port = 1
    with pytest.raises(UpstreamError, match=f"did not answer {TOKEN_GET}"):
        await bench.caller().call()
