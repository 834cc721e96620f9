"""Facts for Hypothesis: few devices, instants and values, for that is where ties come from."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

NOON = datetime(2026, 11, 20, 9, tzinfo=UTC)
IMEIS = st.sampled_from(["869999050001018", "869999050001026"])
INSTANTS = st.integers(0, 2).map(lambda minutes: NOON + timedelta(minutes=minutes))
SOURCES = st.sampled_from(["jimi.push", "jimi.poll"])
RAW_IDS = st.integers(1, 6)


def some_of(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional)


FIXES = some_of(
    {
        "lat": st.sampled_from([-1.25, -1.5]),
        "lon": st.just(36.5),
        "quality": st.sampled_from(["gps", "gps", "lbs", "wifi"]),
    },
    {
        "speed_kmh": st.sampled_from([0, 4.5, 60]),
        "ignition": st.booleans(),
        "odometer_m": st.sampled_from([1000, 2000.5]),
        "gate_at": st.sampled_from(["2026-11-20T09:00:01Z", "2026-11-20T09:02:00Z"]),
        "satellites": st.just(7),
        "reupload": st.just(True),
    },
)
HEARTBEATS = some_of(
    {},
    {
        "ignition": st.booleans(),
        "battery_pct": st.sampled_from([50, 100]),
        "voltage_v": st.just(12.5),
    },
)
ALARMS = some_of(
    {"origin": st.sampled_from(["push", "poll"]), "class": st.just("hub0"), "code": st.sampled_from(["1", "2"])},
    {
        "cleared": st.just(True),
        "name": st.sampled_from(["SOS", "Power cut"]),
        "lat": st.just(-1.25),
        "lon": st.just(36.5),
    },
)
LISTINGS = some_of(
    {},
    {
        "name": st.sampled_from(["A", "B"]),
        "plate": st.sampled_from(["KDA 001A", "KDB 002B"]),
        "driver": st.sampled_from(["Amina", "Brian"]),
        "model": st.just("X3"),
        "account": st.sampled_from(["north", "south", "unheard-of"]),
        "expires_at": st.sampled_from(["2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"]),
        "enabled": st.booleans(),
    },
)
VEHICLES = some_of(
    {"plate": st.sampled_from(["KDA 001A", "kda001a", "KDB-002B"])},
    {
        "device_class": st.sampled_from(["tracker", "camera"]),
        "cost_centre": st.sampled_from(["Fibre", "Power and masts"]),
        "city": st.sampled_from(["Nairobi", "Kampala"]),
        "driver": st.sampled_from(["Amina", "Brian"]),
        "driver_phone": st.sampled_from(["+254700000001", "+254700000002"]),
        "make": st.just("Isuzu"),
    },
)

ENDS = st.sampled_from(["2026-11-20T09:30:00Z", "2026-11-20T09:45:00Z"])
TRIPS = some_of(
    {"origin": st.sampled_from(["mileage", "report", "push"])},
    {
        "ended_at": ENDS,
        "duration_s": st.sampled_from([1800, 2700]),
        "distance_m": st.sampled_from([12480, 13000.5]),
        "start_lat": st.just(-1.25),
        "start_lon": st.just(36.5),
        "fuel_l": st.just(1.3),
    },
)
STOPS = some_of(
    {},
    {
        "idle": st.booleans(),
        "ended_at": ENDS,
        "duration_s": st.sampled_from([1800, 2700]),
        "lat": st.just(-1.25),
        "lon": st.just(36.5),
        "address": st.sampled_from(["Demo Rd", "Other Rd"]),
    },
)
ENGINES = some_of(
    {"origin": st.sampled_from(["push", "poll"])},
    {"engine_rpm": st.sampled_from([1875, 2010]), "fuel_pct": st.just(54), "vin": st.just("JTDEMO0000000303C")},
)
FAULTS = some_of(
    {"origin": st.sampled_from(["push", "poll"]), "code": st.sampled_from(["P0128", "U0100"])},
    {"detail": st.sampled_from(["Coolant", "Bus"])},
)
FUEL = st.one_of(
    st.fixed_dictionaries({"fuel_l": st.sampled_from([40, 43.5])}),
    st.fixed_dictionaries({"fuel_pct": st.sampled_from([54, 60])}),
    some_of({"level": st.sampled_from([430, 435])}, {"unit": st.sampled_from(["1", "2"])}),
)
TEMPERATURES = some_of({"temperature_c": st.sampled_from([4.6, -18])}, {"humidity_pct": st.sampled_from([61, 70])})
CELLS = some_of(
    {"cells": st.sampled_from([[{"lac": 1201, "cell_id": 40511, "rssi": 62}], [{"lac": 1201, "cell_id": 40512}]])},
    {"quality": st.sampled_from(["lbs", "wifi"]), "mcc": st.just("639"), "mnc": st.just("2")},
)
EVENTS = some_of(
    {"event": st.sampled_from(["login", "logout"])},
    {"timezone": st.sampled_from(["GMT+03:00", "GMT+00:00"]), "succeeded": st.booleans()},
)


def of_kind(kind: str, data: st.SearchStrategy[dict[str, Any]], imei: Any = IMEIS, source: Any = SOURCES) -> Any:
    return st.fixed_dictionaries(
        {
            "kind": st.just(kind),
            "imei": imei,
            "source": source,
            "raw_id": RAW_IDS,
            "occurred_at": INSTANTS,
            "data": data,
        }
    )


POLL, OPS = st.just("jimi.poll"), st.just("ops")
LIFECYCLES = some_of({"to": st.sampled_from(["active", "suspended"]), "by": st.just("admin")}, {})
ACCOUNTS = some_of(
    {"code": st.sampled_from(["north", "new"]), "by": st.just("admin")},
    {"name": st.sampled_from(["One", "Two"]), "polled": st.booleans()},
)
KINDS: dict[str, Any] = {
    "position_fix": of_kind("position_fix", FIXES),
    "heartbeat": of_kind("heartbeat", HEARTBEATS),
    "alarm": of_kind("alarm", ALARMS),
    "trip_reported": of_kind("trip_reported", TRIPS),
    "parking_reported": of_kind("parking_reported", STOPS, source=POLL),
    "obd_reading": of_kind("obd_reading", ENGINES),
    "fault_code": of_kind("fault_code", FAULTS),
    "fuel_reading": of_kind("fuel_reading", FUEL),
    "temperature_reading": of_kind("temperature_reading", TEMPERATURES),
    "lbs_reading": of_kind("lbs_reading", CELLS),
    "device_event": of_kind("device_event", EVENTS),
    "device_listed": of_kind("device_listed", LISTINGS, source=POLL),
    "vehicle_listed": of_kind("vehicle_listed", VEHICLES, imei=IMEIS | st.none(), source=st.just("csv")),
    "device_seen": of_kind("device_seen", st.just({"why": "zero_position"})),
    "listing_completed": of_kind(
        "listing_completed", st.just({"run_id": "r", "targets": ["north"], "count": 1}), st.none(), POLL
    ),
    "lifecycle_set": of_kind("lifecycle_set", LIFECYCLES, source=OPS),
    "account_set": of_kind("account_set", ACCOUNTS, st.none(), OPS),
}


def received(fact: dict[str, Any]) -> dict[str, Any]:
    """With the moment of receipt, which is the raw row's."""
    return {**fact, "received_at": NOON + timedelta(hours=1, seconds=fact["raw_id"])}


def log_of(facts: Any) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(facts.map(received), min_size=2, max_size=20)


# A log of one kind meets itself more often than one of all; a whole listing is two kinds in one body.
LOGS = {
    "all": log_of(st.one_of(*KINDS.values())),
    "listings": log_of(st.one_of(KINDS["device_listed"], KINDS["listing_completed"])),
    **{kind: log_of(facts) for kind, facts in KINDS.items()},
}
