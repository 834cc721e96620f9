"""How an upstream value becomes one of ours: numbers as text, blanks, flags, times, dirty text.

Each reader returns None for "no value" and raises ValueError for what cannot be that type.
The tables are data; contracts say which reader a field gets.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

TEXT_LIMIT: Final = 200
FLAGS: Final[Mapping[str, bool]] = {
    "1": True,
    "on": True,
    "true": True,
    "yes": True,
    "0": False,
    "off": False,
    "false": False,
    "no": False,
}
# 0 and absent both mean that the type was not told; BEACON (5) is a short-range radio like WIFI.
QUALITIES: Final[Mapping[str, str]] = {
    "0": "gps",
    "1": "gps",
    "gps": "gps",
    "2": "lbs",
    "lbs": "lbs",
    "3": "wifi",
    "wifi": "wifi",
    "5": "wifi",
    "beacon": "wifi",
}
UNKNOWN_QUALITY: Final = "lbs"
# What people call it, with the misspellings that fuel logs are full of; others pass through.
FUEL_TYPES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("petrol", "petro", "pertol", "petrrol", "super", "unleaded", "gasoline", "pms"), "petrol"),
    **dict.fromkeys(("diesel", "disel", "deisel", "desel", "diesiel", "ago"), "diesel"),
}
# The numeric unit of a fuel sensor is in no document: only what names itself is converted.
FUEL_UNITS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("l", "litre", "litres", "liter", "liters"), "fuel_l"),
    **dict.fromkeys(("%", "pct", "percent"), "fuel_pct"),
}
UPLOAD_OUTCOMES: Final[Mapping[str, bool]] = {"success": True, "failure": False, "0": True, "1": False}
EAT: Final = timezone(timedelta(hours=3), "EAT")
"""Africa/Nairobi and Kampala, all year: what people write without a zone."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_IMEI = re.compile(r"\d{8,20}", re.ASCII)
_UNPADDED_HOUR = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d:\d{2}:\d{2})", re.ASCII)
_EPOCH = re.compile(r"\d{10}|\d{13}", re.ASCII)
_CLOCK_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(:[0-5]\d)?", re.ASCII)
_NUMBER_TEXT_LIMIT = 64
_FIRST_MILLISECOND_EPOCH = 10**11


def clean_text(text: str) -> str:
    """Text that PostgreSQL can store (no U+0000, no lone surrogate), trimmed and bounded."""
    return _UNSTORABLE.sub("", text[: TEXT_LIMIT * 2]).strip()[:TEXT_LIMIT]


def read_text(value: object) -> str | None:
    """Text, or a whole number as text; anything else and blanks are no value."""
    if isinstance(value, str):
        return clean_text(value) or None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**20:
        return str(value)
    return None


def read_number(value: object) -> float | None:
    """A finite number from a number or its text; blank is no value."""
    if isinstance(value, str):
        value = value[:_NUMBER_TEXT_LIMIT].strip()
        if not value:
            return None
        if not _NUMBER.fullmatch(value):
            raise ValueError("not a number")
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("not a number")
    try:
        number = float(value)
    except OverflowError as error:
        raise ValueError("too large a number") from error
    if not math.isfinite(number):
        raise ValueError("not a finite number")
    return number


def read_flag(value: object) -> bool | None:
    """ON/off, 1/0, true/false in any type and casing; anything else is no value, not "off"."""
    if isinstance(value, bool):
        return value
    return FLAGS.get((read_text(value) or "").lower())


def read_quality(value: object) -> str:
    """How a position was found; a type that we do not know counts as coarse until somebody looks."""
    text = read_text(value)
    return QUALITIES.get(text.lower(), UNKNOWN_QUALITY) if text else "gps"


def read_imei(value: object) -> str | None:
    """A device's number as text; it arrives as text or as a number."""
    text = value.strip() if isinstance(value, str) else read_text(value)
    if text == "":
        return None
    if text is None or not _IMEI.fullmatch(text):
        raise ValueError("not an IMEI")
    return text


def read_instant(value: object) -> datetime | None:
    """An aware UTC time from the upstream's zone-less UTC text, ISO 8601 or a Unix time (s or ms)."""
    try:
        if isinstance(value, str):
            return _instant_from_text(value.strip())
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _instant_from_epoch(value)
    except (OverflowError, OSError) as error:
        raise ValueError("a time beyond the calendar") from error
    raise ValueError("not a time")


def read_local_instant(value: object) -> datetime | None:
    """An aware UTC time from what people write: a date or a time of East Africa, unless it names a zone."""
    if isinstance(value, str) and (text := value.strip()) and not _EPOCH.fullmatch(text):
        try:
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=EAT)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise ValueError("not a time: write 2026-07-14 or 2026-07-14 08:30") from error
    return read_instant(value)


def read_clock_time(value: object) -> str | None:
    """HH:MM of a 24-hour clock."""
    text = read_text(value)
    if text is None:
        return None
    if not (match := _CLOCK_TIME.fullmatch(text)):
        raise ValueError("not a time of the day: write 07:30")
    return f"{int(match[1]):02d}:{match[2]}"


def _instant_from_text(text: str) -> datetime | None:
    if not text:
        return None
    if len(text) > 10 and text[10] in " T":
        if unpadded := _UNPADDED_HOUR.fullmatch(text):
            text = f"{unpadded[1]} 0{unpadded[2]}"
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if _EPOCH.fullmatch(text):
        return _instant_from_epoch(int(text))
    raise ValueError("not a time")


def _instant_from_epoch(epoch: float) -> datetime:
    seconds = epoch / 1000 if abs(epoch) >= _FIRST_MILLISECOND_EPOCH else epoch
    return datetime.fromtimestamp(seconds, UTC)


def iso_utc(moment: datetime) -> str:
    """ISO 8601 text of an aware UTC time, with Z."""
    return moment.isoformat().replace("+00:00", "Z")
