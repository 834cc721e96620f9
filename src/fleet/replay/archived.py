"""The whole of what was ever received as a source of facts: the log, and before it what the archive gives back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from fleet.archive.facts import Wanted, load_facts
from fleet.archive.store import required
from fleet.config import OwnerSettings
from fleet.migrate import SyncConnection
from fleet.parser import Limits
from fleet.replay.log_reach import Source
from fleet.replay.part import Part
from fleet.replay.progress import Progress

EVERY_FACT: Final = "rebuild.every_fact"


@contextmanager
def log_and_archive(owner: SyncConnection, settings: OwnerSettings, part: Part) -> Iterator[Source]:
    """Every fact of a part, for the block; where it fails, what was read back of a whole is kept for the next one.
    Errors: SettingMissing, ArchiveUnavailable, ArchiveDamaged."""
    store, progress = required(settings), Progress("archive", "rows")
    limits = Limits(settings.min_device_time, settings.max_device_ahead, settings.max_device_age)
    is_read_back = False
    try:
        loaded = load_facts(owner, store, limits, Wanted(part.from_time, part.to_time, part.imeis), progress.tell)
        progress.note("read back before." if loaded is None else f"{loaded:,} facts read back.")
        is_read_back = True
        yield Source(EVERY_FACT, None)
    except BaseException:
        if not (is_read_back and part.is_whole):
            _drop(owner)
        raise
    _drop(owner)


def _drop(owner: SyncConnection) -> None:
    owner.execute("select events.drop_archived_facts()")
