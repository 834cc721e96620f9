"""The same work for each of many: one that fails leaves the others."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from fleet.cron.run import Desk
from fleet.errors import UpstreamError
from fleet.jimi.answers import UpstreamPaused
from fleet.jimi.methods import Method

GIVE_UP_AFTER = 3
REST_S = 1800.0

One = TypeVar("One")


async def for_each(
    many: Iterable[One], work: Callable[[One], Awaitable[object]], give_up_after: int | None = None
) -> None:
    """Errors: UpstreamError telling how many failed, when the others are done or so many failed in a row;
    UpstreamPaused at once."""
    done = failed = in_a_row = 0
    last: UpstreamError | None = None
    for one in many:
        try:
            await work(one)
            done, in_a_row = done + 1, 0
        except UpstreamPaused:
            raise
        except UpstreamError as trouble:
            last, failed, in_a_row = trouble, failed + 1, in_a_row + 1
            if in_a_row == give_up_after:
                break
    if last is not None:
        raise UpstreamError(f"{failed} failed, {done} did not. The last: {last}")


async def for_each_device(
    desk: Desk, method: Method, imeis: Iterable[str], work: Callable[[str], Awaitable[object]]
) -> None:
    """A device that fails is left alone for half an hour, so that the next run begins with others."""

    async def careful(imei: str) -> None:
        try:
            await work(imei)
        except UpstreamPaused:
            raise
        except UpstreamError:
            desk.let_rest(method, [imei], REST_S)
            raise

    await for_each(imeis, careful, GIVE_UP_AFTER)
