"""How far back tables reach. Reads series.horizons."""

from datetime import datetime

from fleet.migrate import SyncConnection


def kept_from(db: SyncConnection, table: str) -> datetime | None:
    """How far back a table reaches; None: nothing has ever left it."""
    row = db.execute("select nullif(series.kept_from(%s), '-infinity')", (table,)).fetchone()
    return row[0] if row else None  # type: ignore[return-value]
