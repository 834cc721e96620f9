"""One run of retention with the archive of the settings: for `fleet retention --apply` and for cron's process."""

from fleet.archive.store import Store
from fleet.archive.writing import archive, next_gap
from fleet.config import ArchiveSettings
from fleet.migrate import SyncConnection, connect
from fleet.retention.applying import Archiving, Done, Lease, apply_retention


def run(url: str, settings: ArchiveSettings) -> Done:
    """Apply retention over a login that may. Errors: DatabaseUnavailable, RetentionBusy."""
    with connect(url) as db:
        return apply_retention(db, archiving_to(settings))


def archiving_to(settings: ArchiveSettings) -> Archiving | None:
    """Archiving to the store of the settings; None where there is none."""
    if settings.archive_url is None:
        return None

    def step(db: SyncConnection, still: Lease) -> int | None:
        gap = next_gap(db)
        if gap is None:
            return None
        store = Store.from_settings(settings)
        assert store is not None
        return archive(db, store, gap, still)

    return step
