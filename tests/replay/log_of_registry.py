"""A log of what the registry is made of: a file, HR's roster, a listing, what operators state, and fixes."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from database.log_rows import store_facts
from fixtures.database import Database
from replay.log_of_all import IMEIS, NOON, store

PLATES = ("KDA 001A", "KDB 002B", "KDC 003C", "KDD 004D")
DRIVERS = ("Amina", "Brian", "Chebet")
CENTRES = ("Fibre", "Power and masts", "Survey")
FIXES = 200


def of_file() -> Iterator[dict[str, Any]]:
    """A vehicle with a device, a driver and a cost centre a row; and a driver by himself."""
    for number, plate in enumerate(PLATES):
        told = {"plate": plate, "cost_centre": CENTRES[number % 3], "city": "Nairobi", "device_class": "tracker"}
        yield fact("vehicle_listed", told | {"driver": DRIVERS[number % 2]}, IMEIS[number], "csv", hours=-30)
    yield fact("driver_listed", {"name": "Chebet", "phone": "+254700000003", "staff_no": "9"}, source="csv", hours=-30)
    yield fact("cost_centre_listed", {"cost_centre": "Survey", "code": "SVY"}, source="csv", hours=-30)


def of_listing() -> Iterator[dict[str, Any]]:
    """A listing that was answered whole, of one account."""
    for imei in IMEIS[:6]:
        yield fact(
            "device_listed", {"plate": "KDX 900X", "account": "north"}, imei, "jimi.poll", hours=-29, raw_id=7001
        )
    whole = {"run_id": "r1", "targets": ["north", "south"], "count": 6}
    yield fact("listing_completed", whole, source="jimi.poll", hours=-29, raw_id=7001)


def of_people() -> Iterator[dict[str, Any]]:
    """HR's roster and what operators state; of two that say one thing the later holds."""
    yield fact("roster_entry", {"plate": "KDA 001A", "driver": "Chebet"}, source="hr", hours=-20)
    yield fact("vehicle_set", {"plate": "kda001a", "city": "Mombasa", "by": "admin"}, hours=-19)
    yield fact("device_assigned", {"plate": "KDB 002B", "by": "admin", "reason": "swap"}, IMEIS[5], hours=-18)
    yield fact("driver_assigned", {"plate": "KDC 003C", "by": "admin"}, hours=-17)
    yield fact("cost_centre_set", {"name": "Fibre", "code": "SVY", "by": "admin"}, hours=-16)
    yield fact("city_set", {"city": "Kisumu", "by": "admin"}, hours=-15)
    yield fact("account_set", {"code": "north", "name": "North", "polled": True, "by": "admin"}, hours=-14)
    yield fact(
        "device_set", {"sim": "8925400000000000001", "device_class": "camera", "by": "admin"}, IMEIS[4], hours=-13
    )
    yield fact("lifecycle_set", {"to": "decommissioned", "by": "admin", "reason": "sold"}, IMEIS[3], hours=100)


def fact(
    kind: str, data: dict[str, Any], imei: str | None = None, source: str = "ops", *, hours: int, raw_id: int = 7000
) -> dict[str, Any]:
    """A fact of so many hours after noon, received then or, where that is to come, the day before noon."""
    at = NOON + timedelta(hours=hours)
    received_at = min(at, NOON - timedelta(hours=1))
    return {
        "kind": kind, "imei": imei, "source": source, "raw_id": raw_id,
        "occurred_at": at, "received_at": received_at, "data": data,
    }  # fmt: skip


def store_registry(database: Database) -> None:
    """All of it, as the parser would have written it, and fixes of every device."""
    store(database, FIXES)
    store_told(database, [*of_file(), *of_listing(), *of_people()])


def store_told(database: Database, told: list[dict[str, Any]]) -> None:
    """Facts at the end of the log."""
    with database.connect("superuser") as db, db.transaction():
        db.execute("select pg_advisory_xact_lock(4201, 2)")
        store_facts(db, [{"item": number, **each} for number, each in enumerate(told)])
