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


class ProjectStage:
    """One projector as seen from one worker; of several workers the cursor lets one in at a time."""

    def __init__(self, pool: AsyncConnectionPool[Connection], projector: str) -> None:
        self._pool = pool
        self._suspects = 0
        self.projector = projector
        self.facts_folded = 0

    async def drain(self) -> bool:
        """Fold one batch. False when there was nothing new, or another worker has the projector.

        A fact that the tables refuse is looked for by halves among the suspects: its neighbours are folded, and it
        is set aside when it stands alone.
        """
        batch = max(1, self._suspects // 2) if self._suspects else MAX_FACTS
        async with borrowed(self._pool) as db:
            row = await (await db.execute("select events.advance(%s, %s)", (self.projector, batch))).fetchone()
        facts = row[0] if row else 0
        if facts == REFUSED:
            log.warning("facts_refused", projector=self.projector, among=batch)
            self._suspects = batch
            return True
        self._suspects = max(self._suspects - facts, 0) if facts > 0 else 0
        self.facts_folded += max(facts, 0)
        return facts > 0
