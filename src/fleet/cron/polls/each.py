"""The same work for each of many: one that fails leaves the others, several in a row end the run."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from fleet.errors import UpstreamError
from fleet.jimi.answers import UpstreamPaused

GIVE_UP_AFTER = 3

One = TypeVar("One")


async def for_each(many: Iterable[One], work: Callable[[One], Awaitable[object]]) -> None:
    """Errors: UpstreamError telling how many failed, after the others were done; UpstreamPaused at once."""
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
            if in_a_row == GIVE_UP_AFTER:
                break
    if last is not None:
        raise UpstreamError(f"{failed} failed, {done} did not. The last: {last}")
