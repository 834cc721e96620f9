"""Faults of the pushing side: pauses, copies, disorder, storms, and other wire forms."""

from collections import deque
from collections.abc import Iterable
from dataclasses import replace

from fleet.sandbox.bodies import Body
from fleet.sandbox.faults.registry import EVERYWHERE, Faults, declare

MOST_WAITING_IN_A_STORM = 1000

declare("push_pause", "no push is sent; they queue")
declare("push_duplicate", "every push body is sent twice")
declare("push_reorder", "what is said last is sent first: items and bodies in reverse, before those that wait")
declare("push_storm", "what was said is pushed again, so many times over", times=20.0)
declare("push_json", "bodies are JSON in place of forms", topic=EVERYWHERE, share=1.0)
declare("push_broken", "bodies are followed by a copy that breaks off in the middle", topic=EVERYWHERE, share=0.2)


def enqueue(faults: Faults, queue: deque[Body], bodies: Iterable[Body]) -> None:
    """Let the bodies of a moment wait their turn, the first being under way perhaps."""
    bodies = _stormy(faults, bodies, len(queue))
    if faults.active("push_reorder") is None:
        queue.extend(bodies)
        return
    under_way = [queue.popleft()] if queue else []
    queue.extendleft(replace(body, signals=body.signals[::-1]) for body in bodies)
    queue.extendleft(under_way)


def _stormy(faults: Faults, bodies: Iterable[Body], waiting: int) -> list[Body]:
    """The bodies, each with its copies; no copies while a thousand wait already."""
    storm = faults.active("push_storm")
    copies = int(storm["times"]) if storm and waiting < MOST_WAITING_IN_A_STORM else 0
    return [each for body in bodies for each in (body, *[replace(body, is_copy=True)] * copies)]
