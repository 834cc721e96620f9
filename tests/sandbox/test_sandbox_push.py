"""Pushes to a real receiver: the vendor's wire form, in order, none lost while the receiver is away."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from conftest import MovableClock, Receiver, Sandbox
from fixtures.shared_data import sample
from fleet.sandbox.bodies import ITEMS_A_BODY
from fleet.sandbox.faults import Faults
from fleet.sandbox.ledger import Ledger
from fleet.sandbox.push import Pusher
from fleet.sandbox.signals import Fix, Heartbeat, Kind, Source


def fix(number: int) -> Fix:
    return Fix(f"imei-{number}", 1.0, 2.0, -1.28, 36.82, 41, 301, True, 11, 1683, 48215210, Source.GPS)


def beat(number: int) -> Heartbeat:
    return Heartbeat(f"imei-{number}", float(number), True, 95, 80, True)


class Pushing:
    """A pusher with its surroundings, whose pauses are over at once."""

    def __init__(self, url: str, hold_s: float = 1800) -> None:
        self.clock, self.ledger, self.faults = MovableClock(), Ledger(), Faults()
        self.pauses: list[float] = []
        self.pusher = Pusher(
            url,
            "demo-push-token",
            real_now=self.clock,
            ledger=self.ledger,
            faults=self.faults,
            hold_s=hold_s,
            pause=self.pause,
        )

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.pusher.run())
        yield
        task.cancel()

    async def acknowledged(self) -> dict[str, Any]:
        await asyncio.wait_for(self.pusher.drained(), 10)
        return self.ledger.between(None, None)["totals"]


async def test_the_wire_form_is_the_vendor_s(start_sandbox: Callable[..., Any], receiver: Receiver) -> None:
    sandbox: Sandbox = await start_sandbox(push_url=receiver.url, push_token="demo-push-token")
    sandbox.live(minutes=40)
    await receiver.until(lambda got: {path for path, _, _ in got.accepted} >= set(WIRE))
    assert {token for _, token, _ in receiver.accepted} == {"demo-push-token"}
    for path, name in WIRE.items():
        wanted = json.loads(sample(name))["data_list"][0]
        assert shape(receiver.items(path)[0]) == shape(wanted)
    messages = [item["msg"] for item in receiver.items("pushalarm")]
    assert {type(message["alertType"]) for message in messages if "removeAlarmType" not in message} == {int}


WIRE = {"pushgps": "push_gps.json", "pushhb": "push_hb.json", "pushevent": "push_event.json"}


async def test_bodies_hold_fifty_items_at_most(receiver: Receiver) -> None:
    pushing = Pushing(receiver.url)
    pushing.pusher.offer([fix(n) for n in range(120)])
    async with pushing.running():
        await receiver.until(lambda got: len(got.items("pushgps")) == 120)
    assert [len(items) for _, _, items in receiver.accepted] == [ITEMS_A_BODY, ITEMS_A_BODY, 20]


async def test_refused_bodies_are_sent_again_in_order_and_none_is_lost(receiver: Receiver) -> None:
    pushing = Pushing(receiver.url)
    receiver.refusals = [503, 503, 401, 503]
    for first in range(0, 100, 10):
        pushing.pusher.offer([fix(n) for n in range(first, first + 10)])
    async with pushing.running():
        assert await pushing.acknowledged() == {Kind.GPS: {"push": 100}}
    assert [item["deviceImei"] for item in receiver.items("pushgps")] == [f"imei-{n}" for n in range(100)]
    assert receiver.attempts[:5] == [503, 503, 401, 503, 200]
    assert pushing.pauses == [0.5, 1.0, 2.0, 4.0]


async def test_a_receiver_that_is_away_loses_nothing(receiver: Receiver) -> None:
    pushing = Pushing("http://127.0.0.1:9/push/jimi")
    pushing.pusher.offer([fix(1)])
    tried = asyncio.Event()

    async def back_again(_: float) -> None:
        tried.set()
        pushing.pusher._base_url = receiver.url

    pushing.pusher._pause = back_again
    async with pushing.running():
        await receiver.until(lambda got: len(got.items("pushgps")) == 1)
    assert tried.is_set()


async def test_after_too_long_the_oldest_go_and_are_counted(receiver: Receiver) -> None:
    pushing = Pushing(receiver.url, hold_s=600)
    pushing.pusher.offer([fix(1), fix(2)])
    pushing.clock.move(seconds=601)
    pushing.pusher.offer([fix(3)])
    assert pushing.pusher.status()["dropped_items"] == 2
    async with pushing.running():
        await receiver.until(lambda got: bool(got.accepted))
    assert [item["deviceImei"] for item in receiver.items("pushgps")] == ["imei-3"]


async def test_a_pause_holds_everything_until_it_ends(receiver: Receiver) -> None:
    paused, free = Pushing(receiver.url), Pushing(receiver.url)
    paused.faults.switch_on("push_pause", {})
    paused.pusher.offer([fix(1)])
    async with paused.running(), free.running():
        for number in range(10, 20):
            free.pusher.offer([fix(number)])
        await free.acknowledged()
        assert "imei-1" not in {item["deviceImei"] for item in receiver.items("pushgps")}
        paused.faults.switch_off("push_pause")
        paused.pusher.offer([fix(2)])
        assert await paused.acknowledged() == {Kind.GPS: {"push": 2}}


async def test_duplicates_go_out_twice_and_count_once(receiver: Receiver) -> None:
    pushing = Pushing(receiver.url)
    pushing.faults.switch_on("push_duplicate", {})
    pushing.pusher.offer([fix(1)])
    async with pushing.running():
        await receiver.until(lambda got: len(got.items("pushgps")) == 2)
    assert await pushing.acknowledged() == {Kind.GPS: {"push": 1}}


async def test_reordering_turns_a_moment_around(receiver: Receiver) -> None:
    pushing = Pushing(receiver.url)
    pushing.faults.switch_on("push_reorder", {})
    pushing.pusher.offer([fix(1), fix(2), beat(3)])
    async with pushing.running():
        await receiver.until(lambda got: len(got.accepted) == 2)
    assert [path for path, _, _ in receiver.accepted] == ["pushhb", "pushgps"]
    assert [item["deviceImei"] for item in receiver.items("pushgps")] == ["imei-2", "imei-1"]


async def test_what_is_said_last_overtakes_what_waits(receiver: Receiver) -> None:
    pushing = Pushing(receiver.url)
    for number in range(3):
        pushing.pusher.offer([fix(number)])
    pushing.faults.switch_on("push_reorder", {})
    pushing.pusher.offer([fix(3)])
    async with pushing.running():
        await receiver.until(lambda got: len(got.accepted) == 4)
    assert [item["deviceImei"] for item in receiver.items("pushgps")] == ["imei-0", "imei-3", "imei-1", "imei-2"]


@pytest.mark.parametrize("seconds", [1, 60])
async def test_sent_counts_what_the_receiver_got(
    start_sandbox: Callable[..., Any], receiver: Receiver, seconds: int
) -> None:
    sandbox: Sandbox = await start_sandbox(push_url=receiver.url, push_token="demo-push-token")
    sandbox.live(seconds=seconds)
    pusher = sandbox.world.pusher
    assert pusher is not None
    await asyncio.wait_for(pusher.drained(), 10)
    sent = (await sandbox.http.get("/control/sent")).json()["by_imei"]
    fixes = receiver.items("pushgps")
    assert fixes
    for imei, kinds in sent.items():
        arrived = sum(item["deviceImei"] == imei for item in fixes)
        assert kinds.get("gps", {}).get("push", 0) == arrived


def shape(item: dict[str, Any]) -> dict[str, str]:
    """Names and types; whole numbers may stand for decimals."""
    return {name: type(value).__name__ for name, value in item.items()}
