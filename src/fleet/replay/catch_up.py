"""Folds what projectors have not folded yet, as a worker does; beside workers or without any."""

import time
from typing import Final

from fleet.migrate import SyncConnection
from fleet.pipeline.project_stage import MAX_FACTS, PROJECTORS

LOOK_AGAIN_S: Final = 0.05
BEHIND: Final = "select position < %s from events.cursors where projector = %s"


def catch_up(owner: SyncConnection) -> None:
    """Return when every projector has folded all facts that there were at the call."""
    newest = owner.execute("select coalesce(max(id), 0) from events.parsed").fetchone()
    for projector in PROJECTORS:
        while owner.execute(BEHIND, (newest[0] if newest else 0, projector)).fetchone() == (True,):
            if owner.execute("select events.advance(%s, %s)", (projector, MAX_FACTS)).fetchone() == (-1,):
                time.sleep(LOOK_AGAIN_S)  # a worker is at it
