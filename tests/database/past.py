"""What the fleet was at an instant, worked out from the facts one by one: the plain reference of time travel."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

MOVING_KMH, STALE, OFFLINE, HOUR = 5, timedelta(seconds=600), timedelta(days=1), timedelta(hours=1)
EVER = datetime.max.replace(tzinfo=UTC)

Fact = dict[str, Any]


def id_of(kind: str, key: str) -> int:
    """As domain.id_of."""
    return int(hashlib.md5(f"{kind}:{key}".encode(), usedforsecurity=False).hexdigest()[:13], 16)


def normalized(plate: str | None) -> str:
    """As serve.normalize_plate, for the plates of these tests."""
    return (plate or "").replace(" ", "").replace("-", "").upper()


@dataclass
class Past:
    """A log, asked about an instant as it is known now (known_at None) or as it was known then."""

    facts: list[Fact]
    at: datetime
    known_at: datetime | None

    def __post_init__(self) -> None:
        self.known = [f for f in self.facts if self.known_at is None or f["received_at"] <= self.known_at]
        self.through = self.at if self.known_at is None or self.at < self.known_at else EVER
        self.printed = {
            normalized(f["data"]["plate"]) for f in self.facts if f["kind"] in ("vehicle_listed", "vehicle_set")
        }

    def fleet(self) -> dict[int, dict[str, Any]]:
        """What is shown of each vehicle, by its id."""
        imeis = sorted({f["imei"] for f in self.facts if f["imei"]})
        devices = [device for imei in imeis if (device := self.device(imei)) is not None]
        by_vehicle: dict[int, dict[str, Any]] = {}
        for device in sorted(devices, key=self.rank):
            by_vehicle.setdefault(device["vehicle_id"], device)
        return by_vehicle

    def rank(self, device: dict[str, Any]) -> tuple[Any, ...]:
        """The rule of one marker a vehicle; the first stands for it."""
        fixed_at = device["fixed_at"]
        if fixed_at is None:
            return device["lifecycle"] != "active", True, True, 0.0, device["imei"]
        return (device["lifecycle"] != "active", device["quality"] != "gps", fixed_at + STALE <= self.at,
                -fixed_at.timestamp(), device["imei"])  # fmt: skip

    def device(self, imei: str) -> dict[str, Any] | None:
        """What is shown of a device; None while nothing had been said of it."""
        mounted = self.statement("vehicle", imei)
        words = [f for f in self.known if f["imei"] == imei and f["occurred_at"] <= self.through]
        if mounted is None and not words:
            return None
        fixes = [f for f in self.winners(imei) if f["occurred_at"] <= self.through]
        newest = max(fixes, key=lambda f: f["occurred_at"], default=None)
        was_good = any(f["kind"] == "position_fix" and f["data"]["quality"] == "gps" for f in words)
        told = newest["data"] if newest else {}
        state = self.state(fixes, was_good, words)
        ignition = self.ignition(newest, fixes)
        fresh = newest is not None and newest["occurred_at"] + STALE > self.at
        return {
            "imei": imei,
            "lifecycle": "active" if was_good else "provisioned",
            "state": state,
            "style_class": "idling" if state == "parked" and ignition and fresh else state,
            "fixed_at": newest and newest["occurred_at"],
            "received_at": newest and newest["received_at"],
            "place": [told["lon"], told["lat"]] if newest else None,
            "speed_kmh": told.get("speed_kmh"),
            "quality": told.get("quality"),
            "ignition": ignition,
            **self.identity(imei, mounted),
        }

    def winners(self, imei: str) -> Iterable[Fact]:
        """Of each instant the fix that holds among what is known."""
        best: dict[datetime, Fact] = {}
        for fact in sorted((f for f in self.known if f["kind"] == "position_fix" and f["imei"] == imei), key=_strength):
            best[fact["occurred_at"]] = fact
        return best.values()

    def state(self, fixes: list[Fact], was_good: bool, words: list[Fact]) -> str:
        """As serve.operational_state."""
        if not was_good:
            return "unknown"
        heard = (f["occurred_at"] for f in words if f["source"] in ("jimi.push", "jimi.poll"))
        if max(heard) + OFFLINE <= self.at:
            return "offline"
        good = [f for f in fixes if f["data"]["quality"] == "gps" and f["occurred_at"] + STALE > self.at]
        speed = max(good, key=lambda f: f["occurred_at"])["data"].get("speed_kmh", 0) if good else 0
        return "moving" if speed >= MOVING_KMH else "parked"

    def ignition(self, newest: Fact | None, fixes: list[Fact]) -> bool | None:
        """Of the newest fix that tells it, within an hour of the newest."""
        telling = [
            f for f in fixes if "ignition" in f["data"] and newest and f["occurred_at"] > newest["occurred_at"] - HOUR
        ]
        told: bool | None = max(telling, key=lambda f: f["occurred_at"])["data"]["ignition"] if telling else None
        return told

    def identity(self, imei: str, mounted: tuple[int, str] | None) -> dict[str, Any]:
        """The vehicle and what it was given."""
        vehicle_id, plate = mounted or (id_of("device", imei), "")

        def of(field: str) -> str | None:
            return (self.statement(field, plate) or (0, ""))[1] or None

        return {
            "vehicle_id": vehicle_id,
            "plate": plate if plate in self.printed else imei,
            "driver": of("driver"),
            "cost_centre": of("cost_centre") or "Unassigned",
            "city": of("city"),
        }

    def statement(self, field: str, key: str) -> tuple[int, str] | None:
        """(id, value) of what holds of a field at the instant."""
        held = [said[1:] for f in self.known for said in _said(f) if said[0] == (field, key) and said[1] <= self.at]
        return max(held)[2:] if held and key else None


def _strength(fix: Fact) -> tuple[Any, ...]:
    gate = datetime.fromisoformat(fix["data"].get("gate_at", "0001-01-01T00:00:00Z"))
    return gate, fix["source"] == "jimi.push", fix["content_hash"], -fix["raw_id"]


def _said(fact: Fact) -> Iterable[tuple[tuple[str, str], datetime, datetime, int, str]]:
    """((field, key), holds from, stated at, id, value) of whatever a fact says of who is who."""
    kind, data, at = fact["kind"], fact["data"], fact["occurred_at"]
    since = datetime.fromisoformat(data["valid_from"]) if "valid_from" in data else at
    plate, driver = normalized(data.get("plate")), data.get("driver")
    if fact["imei"] and (kind == "device_assigned" or (kind == "vehicle_listed" and plate)):
        vehicle_id = id_of("vehicle", plate) if plate else id_of("device", fact["imei"])
        yield ("vehicle", fact["imei"]), since, at, vehicle_id, plate
    if kind == "driver_assigned" or (kind == "vehicle_listed" and driver):
        yield ("driver", plate), since, at, id_of("driver", driver) if driver else -1, driver or ""
    if kind in ("vehicle_listed", "vehicle_set"):
        for field in ("cost_centre", "city"):
            if field in data or field in data.get("cleared", ()):
                yield (field, plate), at, at, 0, data.get(field, "")
