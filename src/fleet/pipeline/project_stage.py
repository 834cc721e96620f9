"""Facts to tables: each projector is one SQL function and one fenced cursor (events.advance).

Writes events.cursors and, through the functions, state.* and domain.*.
"""

from psycopg_pool import AsyncConnectionPool

from fleet.db import Connection, borrowed
from fleet.observe import log

# Each projector and the tables it writes. Nobody else writes them, but for what the fold of accounts shares with
# cron (domain.note_found_account). state.identities follows from several of them.
PROJECTORS: dict[str, tuple[str, ...]] = {
    "live_positions": ("state.live_positions",),
    "position_history": ("state.position_history",),
    "heartbeats": ("state.heartbeats",),
    "alarms": ("state.alarms",),
    "devices": ("state.devices",),
    "readings": (
        "state.device_events",
        "state.fault_codes",
        "state.fuel_readings",
        "state.lbs_readings",
        "state.obd_readings",
        "state.parking_events",
        "state.reported_trips",
        "state.temperature_readings",
    ),
    "registry": (
        "domain.accounts",
        "domain.assigned_cities",
        "domain.cost_centres",
        "domain.device_assignments",
        "domain.devices",
        "domain.driver_assignments",
        "domain.drivers",
        "domain.identity_statements",
        "domain.lifecycle_statements",
        "domain.listed_devices",
        "domain.listing_runs",
        "domain.vehicles",
    ),
}
MAX_FACTS = 5000
REFUSED = -2
"""What events.advance answers when one of the facts cannot be folded."""


class BatchSize:
    """How many facts to fold next: as many as may be, or half of those among which one cannot be folded.

    So a fact that the tables refuse stands alone after a few batches, with its neighbours folded.
    """

    def __init__(self) -> None:
        self._suspects = 0

    @property
    def facts(self) -> int:
        """What to ask events.advance for."""
        return max(1, self._suspects // 2) if self._suspects else MAX_FACTS

    def learn(self, answer: int) -> None:
        """What events.advance answered."""
        if answer == REFUSED:
            self._suspects = self.facts
        else:
            self._suspects = max(self._suspects - answer, 0) if answer > 0 else 0


class ProjectStage:
    """One projector as seen from one worker; of several workers the cursor lets one in at a time."""

    def __init__(self, pool: AsyncConnectionPool[Connection], projector: str) -> None:
        self._pool = pool
        self._batch = BatchSize()
        self.projector = projector
        self.facts_folded = 0

    async def drain(self) -> bool:
        """Fold one batch. False when there was nothing new, or another worker has the projector."""
        asked_for = self._batch.facts
        async with borrowed(self._pool) as db:
            row = await (await db.execute("select events.advance(%s, %s)", (self.projector, asked_for))).fetchone()
        answer = row[0] if row else 0
        self._batch.learn(answer)
        if answer == REFUSED:
            log.warning("facts_refused", projector=self.projector, among=asked_for)
        self.facts_folded += max(answer, 0)
        return answer > 0 or answer == REFUSED
