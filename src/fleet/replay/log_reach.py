"""How far back the facts of a source reach, and which questions that leaves without an answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fleet.archive.horizon import kept_from
from fleet.errors import WrongUsage
from fleet.migrate import SyncConnection

ACTIVE_FACTS: Final = "events.active_facts"


class BeyondTheLog(WrongUsage):
    """The facts that a replay would need have left the log."""


@dataclass(frozen=True, slots=True)
class Source:
    """A relation with the columns of events.parsed. `complete_from`: what was received earlier is not all in it; None:
    it holds everything that was ever received."""

    relation: str
    complete_from: datetime | None

    def device_times_from(self, max_device_ahead: timedelta) -> datetime | None:
        """From which device time on it holds every fact: a clock may be a little ahead of ours."""
        return self.complete_from and self.complete_from + max_device_ahead

    def refuse(self, table: str, from_time: datetime | None, max_device_ahead: timedelta) -> None:
        """Errors: BeyondTheLog, when rows of the table since from_time (None: all) need facts that it has not."""
        begins = self.device_times_from(max_device_ahead)
        if begins is None or (from_time is not None and from_time >= begins):
            return
        raise BeyondTheLog(
            f"{table}: what it is made of is whole since {begins:%Y-%m-%d %H:%M} UTC only; older rows would be lost. "
            f"Say --from that time or later, or --archive to read what has left the log."
        )


def live_log(owner: SyncConnection) -> Source:
    """The facts of the log that count."""
    return Source(ACTIVE_FACTS, kept_from(owner, "events.parsed"))
