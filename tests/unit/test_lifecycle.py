"""Roles end when they are asked to."""

import asyncio

import pytest

from fleet.errors import UnsafeServer
from fleet.lifecycle import together


async def test_a_task_that_swallows_a_cancellation_is_cancelled_again() -> None:
    swallowed = asyncio.Event()

    async def deaf_once() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            swallowed.set()
        await asyncio.Event().wait()

    running = asyncio.ensure_future(together(deaf_once()))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(running, 20)
    assert swallowed.is_set()


async def test_the_error_of_the_first_to_fail_ends_all_and_is_raised_as_it_is() -> None:
    ended = asyncio.Event()

    async def patient() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def failing() -> None:
        raise UnsafeServer("fsync is off")

    with pytest.raises(UnsafeServer, match="fsync"):
        await together(patient(), failing())
    assert ended.is_set()
