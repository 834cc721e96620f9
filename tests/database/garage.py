"""Vehicles and devices put straight into the tables, to ask the live view about them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from database.log_rows import Connection

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
STALE_S, OFFLINE_S, MOVING_KMH = 600, 86_400, 5
SECOND = timedelta(seconds=1)


def ago(seconds: float) -> datetime:
    """A moment before AS_OF."""
    return AS_OF - timedelta(seconds=seconds)


class Garage:
    """A fleet in the making, on a connection whose transaction is rolled back."""

    def __init__(self, db: Connection) -> None:
        self.db = db

    def vehicle(self, plate: str, cost_centre: str | None = None, city: str | None = None) -> int:
        """A vehicle; gives its id."""
        row = self.db.execute(
            "insert into domain.vehicles (vehicle_id, plate_key, plate, cost_centre, city)"
            " select domain.id_of('vehicle', key), key, state.known(%(plate)s, %(at)s),"
            " state.known(%(centre)s, %(at)s), state.known(%(city)s, %(at)s)"
            " from serve.normalize_plate(%(plate)s) key returning vehicle_id",
            {"plate": plate, "centre": cost_centre, "city": city, "at": ago(10**6)},
        ).fetchone()
        assert row is not None
        if cost_centre:
            self.db.execute("select domain.register_cost_centre(%s)", (cost_centre,))
        return int(row[0])

    def device(self, imei: str, vehicle: int | None = None, *, since: datetime | None = None, **told: Any) -> "Garage":
        """A device, on a vehicle or on none. Without `fixed_at` it has no position."""
        lifecycle, device_class = told.pop("lifecycle", "active"), told.pop("device_class", None)
        self.db.execute(
            "insert into domain.devices (imei, account_id, class, lifecycle)"
            " values (%s, 1, state.known(%s, '2026-11-01'), %s)",
            (imei, device_class, lifecycle),
        )
        if vehicle is not None:
            self.mount(imei, vehicle, since or ago(10**6))
        if "fixed_at" in told:
            self._fix(imei, **told)
        return self

    def mount(self, imei: str, vehicle: int, since: datetime) -> None:
        """From then on the device is on the vehicle."""
        self.db.execute("insert into domain.device_assignments values (%s, %s, %s)", (imei, since, vehicle))

    def drive(self, vehicle: int, driver: str, since: datetime) -> None:
        """From then on the driver drives the vehicle."""
        self.db.execute(
            "insert into domain.drivers (driver_id, name) values (domain.id_of('driver', %s), %s)"
            " on conflict do nothing",
            (driver, driver),
        )
        self.db.execute(
            "insert into domain.driver_assignments values (%s, %s, domain.id_of('driver', %s))",
            (vehicle, since, driver),
        )

    def hear(self, imei: str, heard_at: datetime, **listed: str) -> None:
        """What is known of the device beside its fixes."""
        self.db.execute(
            "insert into state.devices (imei, first_heard_at, heard_at, plate, model, driver)"
            " values (%s, %s, %s, state.known(%s, now()), state.known(%s, now()), state.known(%s, now()))",
            (imei, heard_at, heard_at, listed.get("plate"), listed.get("model"), listed.get("driver")),
        )
        self.db.execute("select state.refresh_identities(array[%s])", (imei,))

    def _fix(self, imei: str, fixed_at: datetime, **told: Any) -> None:
        quality, speed = told.get("quality", "gps"), told.get("speed_kmh", 0)
        good = quality == "gps"
        self.db.execute(
            "insert into state.live_positions (imei, fixed_at, lat, lon, speed_kmh, quality, ignition, good_fixed_at,"
            " good_speed_kmh, gate_at, source_rank, content_hash, raw_id, received_at)"
            " values (%s, %s, -1.28, 36.82, %s, %s, row(%s, %s)::state.known_flag, %s, %s, '-infinity', 2, 0, 1, %s)",
            (
                imei, fixed_at, speed, quality, told.get("ignition"), fixed_at if "ignition" in told else None,
                fixed_at if good else told.get("good_fixed_at"),
                speed if good else told.get("good_speed_kmh"), fixed_at + SECOND,
            ),
        )  # fmt: skip

    def view(self, filters: str = "{}", as_of: datetime = AS_OF) -> dict[str, Any]:
        """The live view's payload."""
        row = self.db.execute("select serve.fn_live_view(%s, null, %s)", (filters, as_of)).fetchone()
        assert row is not None
        payload: dict[str, Any] = row[0]
        return payload

    def features(self, filters: str = "{}", as_of: datetime = AS_OF) -> dict[str, dict[str, Any]]:
        """The properties of each marker, by plate; the geometry beside them."""
        return {
            feature["properties"]["plate"]: {**feature["properties"], "geometry": feature["geometry"]}
            for feature in self.view(filters, as_of)["geojson"]["features"]
        }
