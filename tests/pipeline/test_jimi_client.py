"""The signed client against the simulated vendor: tokens, renewals, patience."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import orjson
import pytest

from fleet.errors import UpstreamError
from fleet.jimi import client as jimi
from fleet.jimi.client import JimiAccount, JimiClient
from fleet.sandbox.options import SandboxOptions
from fleet.sandbox.server import create_app
from fleet.sandbox.world import World

DEVICE_LIST = "jimi.user.device.list"
TARGET = {"target": "demo_nairobi"}


@dataclass
class Vendor:
    """The simulated vendor, a client of it, and what it counted."""

    world: World
    client: JimiClient
    http: httpx.AsyncClient

    @property
    def tokens_given(self) -> int:
        return len(self.world.token_calls._calls)

    @property
    def calls(self) -> int:
        return len(self.world.calls._calls)


@pytest.fixture
async def vendor(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Vendor]:
    monkeypatch.setattr(jimi, "BACK_OFF_S", (0.01, 0.02, 0.03))
    options = SandboxOptions(vehicles=4)
    app = create_app(options)
    account = JimiAccount(
        "http://vendor/route/rest", options.app_key, options.app_secret, options.user_id, options.user_pwd_md5
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http:
        yield Vendor(app.state.world, JimiClient(account, http), http)


async def test_an_answer_is_handed_on_to_the_byte_with_its_question_and_no_secret(vendor: Vendor) -> None:
    answer = await vendor.client.call(DEVICE_LIST, TARGET)
    assert answer.code == 0
    assert orjson.loads(answer.body)["result"]
    assert answer.content_type.startswith("application/json")
    assert answer.params == TARGET


async def test_many_callers_share_one_token(vendor: Vendor) -> None:
    answers = await asyncio.gather(*(vendor.client.call(DEVICE_LIST, TARGET) for _ in range(8)))
    assert {answer.code for answer in answers} == {0}
    assert vendor.tokens_given == 1


async def test_a_token_that_the_vendor_forgot_is_renewed_once_for_all_callers(vendor: Vendor) -> None:
    await vendor.client.call(DEVICE_LIST, TARGET)
    vendor.world.tokens._by_access.clear()
    answers = await asyncio.gather(*(vendor.client.call(DEVICE_LIST, TARGET) for _ in range(8)))
    assert {answer.code for answer in answers} == {0}
    assert vendor.tokens_given == 2


async def test_a_vendor_that_goes_on_saying_1004_is_asked_for_one_new_token_a_call(vendor: Vendor) -> None:
    await vendor.client.call(DEVICE_LIST, TARGET)
    vendor.world.faults.switch_on("poll_1004", {})
    answer = await vendor.client.call(DEVICE_LIST, TARGET)
    assert answer.code == 1004
    assert vendor.tokens_given == 2


async def test_too_frequent_is_answered_by_patience_and_never_by_a_new_token(vendor: Vendor) -> None:
    await vendor.client.call(DEVICE_LIST, TARGET)
    before = vendor.calls
    vendor.world.faults.switch_on("poll_1006", {})
    answer = await vendor.client.call(DEVICE_LIST, TARGET)
    assert answer.code == 1006
    assert vendor.calls - before == 4, "the first try and three more"
    assert vendor.tokens_given == 1
    vendor.world.faults.switch_off("poll_1006")
    assert (await vendor.client.call(DEVICE_LIST, TARGET)).code == 0
    assert vendor.tokens_given == 1


async def test_a_proxys_page_is_an_answer_without_a_code(vendor: Vendor) -> None:
    await vendor.client.call(DEVICE_LIST, TARGET)
    vendor.world.faults.switch_on("poll_html", {"status": 502})
    answer = await vendor.client.call(DEVICE_LIST, TARGET)
    assert (answer.code, answer.http_status) == (None, 502)
    assert answer.body.startswith(b"<html>")


async def test_without_a_token_the_error_says_so(vendor: Vendor) -> None:
    vendor.world.faults.switch_on("poll_html", {"status": 200})
    with pytest.raises(UpstreamError, match="no token"):
        await vendor.client.call(DEVICE_LIST, TARGET)


async def test_a_vendor_out_of_reach_is_an_error_of_ours() -> None:
    account = JimiAccount("http://127.0.0.1:1/route/rest", "k", "s", "u", "p")
    async with httpx.AsyncClient() as http:
        with pytest.raises(UpstreamError, match="did not answer"):
            await JimiClient(account, http).call(DEVICE_LIST, TARGET)
