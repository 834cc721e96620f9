"""The one place that asks what time it is. Times are aware UTC; people read East Africa Time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

EAT = ZoneInfo("Africa/Nairobi")


def now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.now(UTC)
