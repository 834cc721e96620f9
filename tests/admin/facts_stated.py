"""Facts of one fleet, as operators, imports and the vendor state them, put together by hand."""

from datetime import timedelta
from itertools import count
from typing import Any

from database.facts import NOON, received

_ITEMS = count()


def fact(kind: str, minute: int, imei: str | None = None, source: str = "ops", **data: Any) -> dict[str, Any]:
    """A fact of its own item, stated so many minutes after noon."""
    at = NOON + timedelta(minutes=minute)
    raw_id = data.pop("raw_id", 100 + minute if source == "jimi.poll" else 1)
    told = {"by": "admin", **data} if source == "ops" else data
    stated = {"kind": kind, "imei": imei, "source": source, "raw_id": raw_id, "occurred_at": at, "data": told}
    return {**received(stated), "item": next(_ITEMS)}


def listed(imei: str, minute: int = 0, **data: Any) -> dict[str, Any]:
    """The vendor names a device; in the listing of that minute, if there is one."""
    return fact("device_listed", minute, imei, "jimi.poll", **{"account": "north", **data})


def run(minute: int, listed_devices: int, account: str = "north") -> dict[str, Any]:
    """A listing answered whole."""
    data = {"run_id": f"run {minute}", "targets": [account], "count": listed_devices}
    return fact("listing_completed", minute, None, "jimi.poll", **data)


def imported(plate: str, imei: str | None = None, minute: int = 0, **data: Any) -> dict[str, Any]:
    """A row of the vehicles file."""
    return fact("vehicle_listed", minute, imei, "csv", plate=plate, **data)
