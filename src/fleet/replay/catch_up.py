"""Folds what projectors have not folded yet, as a worker does; beside workers or without any."""

import time
from typing import Final

from fleet.migrate import SyncConnection
from fleet.pipeline.project_stage import PROJECTORS, BatchSize

LOOK_AGAIN_S: Final = 0.05
BUSY: Final = -1
"""A worker is at it."""
ADVANCE: Final = "select events.advance(%s, %s)"
BEHIND: Final = "select position < %s from events.cursors where projector = %s"


def catch_up(owner: SyncConnection) -> None:
    """Return when every projector has folded all facts that there were at the call."""
    newest = owner.execute("select events.newest_fact()").fetchone()
    for projector in PROJECTORS:
        batch = BatchSize()
        while owner.execute(BEHIND, (newest[0] if newest else 0, projector)).fetchone() == (True,):
            (answer,) = owner.execute(ADVANCE, (projector, batch.facts)).fetchone() or (0,)
            batch.learn(int(answer))  # type: ignore[call-overload]
            if answer == BUSY:
                time.sleep(LOOK_AGAIN_S)
