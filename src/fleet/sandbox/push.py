"""Pushes what the fleet says to the platform: in order, in batches, again and again until acknowledged.

While the receiver is away bodies wait; those older than `hold_s` are dropped, oldest first, and counted.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import httpx

from fleet.observe import log
from fleet.sandbox.bodies import Body, Wire, bodies_of, encoded
from fleet.sandbox.clock import Now
from fleet.sandbox.faults import Faults
from fleet.sandbox.faults.contents import altered
from fleet.sandbox.faults.pushes import enqueue
from fleet.sandbox.ledger import Ledger
from fleet.sandbox.signals import Kind, Signal
from fleet.sandbox.wire import PATHS

FIRST_BACK_OFF_S = 0.5
LONGEST_BACK_OFF_S = 10.0
TIMEOUT_S = 5.0


class Pusher:
    """The queue of bodies of one family and the task (`run`) that sends them.

    `paths` gives the kinds that it pushes, and where each goes below `base_url`.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        paths: Mapping[Kind, str] = PATHS,
        real_now: Now,
        ledger: Ledger,
        faults: Faults,
        hold_s: float = 1800.0,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._paths = paths
        self._real_now = real_now
        self._ledger = ledger
        self._faults = faults
        self._hold_s = hold_s
        self._pause = pause
        self._queue: deque[Body] = deque()
        self._wake = asyncio.Event()
        self._drained = asyncio.Event()
        self._trouble = ""
        self.counts: Counter[str] = Counter()

    def offer(self, signals: Iterable[Signal]) -> None:
        """Queue what the fleet said in the last moment, a body a kind and fifty items."""
        now = self._real_now().timestamp()
        bodies = bodies_of((signal for signal in signals if signal.kind in self._paths), now)
        enqueue(self._faults, self._queue, bodies)
        self._drop_old(now)
        self._mark_drained()
        self._wake.set()

    async def drained(self) -> None:
        """Wait until everything offered so far was acknowledged or dropped."""
        await self._drained.wait()

    def status(self) -> dict[str, Any]:
        """Figures for the health page: bodies and items."""
        return {"waiting_bodies": len(self._queue), "trouble": self._trouble, **self.counts}

    async def run(self) -> None:
        """Send until cancelled."""
        async with httpx.AsyncClient(timeout=TIMEOUT_S) as client:
            while True:
                await self._next_ready()
                await self._deliver(client, self._queue[0])

    # ---- queue -------------------------------------------------------------------------------------

    def _drop_old(self, now: float) -> None:
        dropped = 0
        while self._queue and self._queue[0].queued_at < now - self._hold_s:
            body = self._queue.popleft()
            dropped += 0 if body.is_copy else len(body.signals)
        if dropped:
            self.counts["dropped_items"] += dropped
            log.warning("push_dropped", items=dropped, reason=f"not acknowledged for {self._hold_s:.0f} s")

    def _mark_drained(self) -> None:
        if self._queue:
            self._drained.clear()
        else:
            self._drained.set()

    async def _next_ready(self) -> None:
        while not self._queue or self._faults.active("push_pause") is not None:
            self._wake.clear()
            await self._wake.wait()

    # ---- sending -----------------------------------------------------------------------------------

    async def _deliver(self, client: httpx.AsyncClient, body: Body) -> None:
        """Send one body until it is acknowledged or was dropped as too old."""
        back_off_s = FIRST_BACK_OFF_S
        wire = self._wire(body)
        while self._queue and self._queue[0] is body:
            if await self._is_accepted(client, wire):
                self._acknowledge(body)
                await self._send_copies(client, wire)
                return
            await self._pause(back_off_s)
            back_off_s = min(back_off_s * 2, LONGEST_BACK_OFF_S)
            await self._next_ready()

    def _wire(self, body: Body) -> Wire:
        path = self._paths[body.kind]
        items = [altered(self._faults, path.lower(), item) for item in body.items()]
        as_json = self._faults.strikes("push_json", path.lower()) is not None
        return Wire(path, *encoded(body.kind, items, self._token, as_json=as_json))

    async def _send_copies(self, client: httpx.AsyncClient, wire: Wire) -> None:
        """What faults add to a body that was acknowledged."""
        if self._faults.active("push_duplicate") is not None:
            await self._is_accepted(client, wire)
        if self._faults.strikes("push_broken", wire.path.lower()) is not None:
            await self._is_accepted(client, wire.broken())

    async def _is_accepted(self, client: httpx.AsyncClient, wire: Wire) -> bool:
        self.counts["requests"] += 1
        address = f"{self._base_url}/{wire.path}".rstrip("/")
        try:
            answer = await client.post(address, content=wire.content, headers={"content-type": wire.content_type})
            refusal = _refusal(answer)
        except httpx.HTTPError as wrong:
            refusal = f"the receiver cannot be reached ({type(wrong).__name__}); pushes wait until it is back"
        self._tell(refusal)
        return not refusal

    def _acknowledge(self, body: Body) -> None:
        # An offer may have dropped the body as too old while its answer was on the way.
        if self._queue and self._queue[0] is body:
            self._queue.popleft()
        self._mark_drained()
        if body.is_copy:
            return
        self.counts["acknowledged_bodies"] += 1
        self.counts["acknowledged_items"] += len(body.signals)
        now = self._real_now()
        for signal in body.signals:
            self._ledger.record(signal.imei, body.kind, "push", now)

    def _tell(self, refusal: str) -> None:
        """Log trouble when it begins, changes and ends: not at every retry."""
        if refusal != self._trouble:
            if refusal:
                log.warning("push_refused", reason=refusal)
            else:
                log.info("push_accepted_again", waiting_bodies=len(self._queue))
            self._trouble = refusal


def _refusal(answer: httpx.Response) -> str:
    """Why an answer is no acknowledgement, or nothing if it is one."""
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        return "the receiver refuses the token; start the sandbox with the token that the receiver knows"
    if answer.status_code != httpx.codes.OK:
        return f"the receiver answered HTTP {answer.status_code}"
    try:
        code = answer.json().get("code")
    except (ValueError, AttributeError):
        return "the receiver's answer is not the JSON that acknowledges a push"
    return "" if str(code) == "0" else f"the receiver answered code {code}"
