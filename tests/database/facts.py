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


KINDS = (
    of_kind("position_fix", FIXES),
    of_kind("heartbeat", HEARTBEATS),
    of_kind("alarm", ALARMS),
    of_kind("device_listed", LISTINGS, source=st.just("jimi.poll")),
    of_kind("vehicle_listed", VEHICLES, imei=IMEIS | st.none(), source=st.just("csv")),
    of_kind("device_seen", st.just({"why": "zero_position"})),
    of_kind("listing_completed", st.just({"run_id": "r", "targets": ["north"], "count": 1}), imei=st.none()),
)


def received(fact: dict[str, Any]) -> dict[str, Any]:
    """With the moment of receipt, which is the raw row's."""
    return {**fact, "received_at": NOON + timedelta(hours=1, seconds=fact["raw_id"])}


# A log of one kind meets itself more often than one of all.
LOGS = st.sampled_from([st.one_of(KINDS), *KINDS[:5]]).flatmap(
    lambda facts: st.lists(facts.map(received), min_size=2, max_size=20)
)
