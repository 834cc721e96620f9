"""The vendor's way to write a time. Pure."""

from datetime import UTC, datetime


def utc_text(time: float) -> str:
    """The vendor's time: UTC without a zone, whole seconds."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S")
