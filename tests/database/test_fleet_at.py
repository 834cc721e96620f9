"""P11: the whole fleet as it was at an instant, and as it was known then, against a plain reference."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from database.facts import FIXES, HEARTBEATS, IMEIS, NOON, SOURCES, some_of
from database.folds import empty_log, whole, write_log
from database.log_rows import Connection
from database.past import Past, id_of, normalized
from fixtures.database import Database

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
INSTANTS = st.sampled_from([NOON - 2 * DAY, NOON - DAY, NOON - 11 * MINUTE, NOON, NOON + MINUTE, NOON + 2 * MINUTE])
PLATES = st.sampled_from(["KDA 001A", "KDB 002B"])
DRIVERS = st.sampled_from(["Amina", "Brian"])


def received_at(raw_id: int) -> datetime:
    """When a raw row came: two days ago, a day ago, around noon, or a day later."""
    return NOON + {1: -2 * DAY, 2: -DAY, 9: DAY}.get(raw_id, (raw_id - 4) * MINUTE)


def of_kind(kind: str, data: Any, imei: Any = IMEIS, source: Any = SOURCES) -> Any:
    """Facts of a kind that reach us in their minute, before it (a clock that is fast) or days late."""
    said = {"imei": imei, "source": source, "raw_id": st.integers(1, 9), "occurred_at": INSTANTS, "data": data}
    return st.fixed_dictionaries({"kind": st.just(kind), **said}).filter(
        lambda fact: fact["occurred_at"] <= received_at(fact["raw_id"]) + 10 * MINUTE
    )


SINCE = INSTANTS.map(datetime.isoformat)
STATEMENTS = st.one_of(
    of_kind(
        "vehicle_listed",
        some_of({"plate": PLATES}, {"driver": DRIVERS, "cost_centre": st.sampled_from(["Fibre", "Power"])}),
        IMEIS | st.none(),
        st.just("csv"),
    ),
    of_kind(
        "device_assigned", some_of({"by": st.just("o"), "valid_from": SINCE}, {"plate": PLATES}), source=st.just("ops")
    ),
    of_kind(
        "driver_assigned",
        some_of({"by": st.just("o"), "plate": PLATES, "valid_from": SINCE}, {"driver": DRIVERS}),
        st.none(),
        st.just("ops"),
    ),
    of_kind(
        "vehicle_set",
        some_of(
            {"by": st.just("o"), "plate": PLATES}, {"city": st.just("Nairobi"), "cleared": st.just(["cost_centre"])}
        ),
        st.none(),
        st.just("ops"),
    ),
)
WORDS = st.one_of(
    of_kind("position_fix", FIXES),
    of_kind("position_fix", FIXES),
    of_kind("heartbeat", HEARTBEATS),
    of_kind("device_seen", st.just({"why": "zero_position"})),
)
# A log of one device's fixes meets itself more often than one of all; the same goes for who is on what.
FIXES_OF_ONE = of_kind("position_fix", FIXES, st.just("869999050001018"))
LOGS = st.sampled_from([WORDS | STATEMENTS, FIXES_OF_ONE, FIXES_OF_ONE | STATEMENTS]).flatmap(
    lambda said: st.lists(said, min_size=3, max_size=20)
)
QUESTIONS = st.lists(
    st.tuples(
        st.sampled_from([-2, -1, 0]).flatmap(
            lambda days: st.integers(-3, 14).map(lambda m: NOON + days * DAY + m * MINUTE)
        )
        | st.just(NOON + DAY + MINUTE),
        st.none() | st.integers(1, 9).map(received_at),
    ),
    min_size=8,
    max_size=8,
)


@pytest.fixture(scope="module")
def db(standing_database: Database) -> Iterator[Connection]:
    with standing_database.connect("superuser") as connection:
        connection.execute("select series.ensure('events.parsed', %s, %s)", (NOON - 3 * DAY, NOON + 3 * DAY))
        yield connection


def shown(db: Connection, at: datetime, known_at: datetime | None) -> dict[int, dict[str, Any]]:
    """What the function says of each vehicle, in the words of the reference."""
    try:
        with db.transaction():
            ((payload,),) = db.execute("select serve.fn_fleet_at(%s, %s)", (at, known_at)).fetchall()
    except psycopg.errors.InvalidParameterValue:
        return {}
    assert set(payload) == {"summary", "geojson", "at", "known_at"}
    assert payload["summary"]["total"] == len(payload["geojson"]["features"])
    fleet = {}
    for feature in payload["geojson"]["features"]:
        told = feature["properties"]
        told["place"] = feature["geometry"] and feature["geometry"]["coordinates"]
        told["plate"] = normalized(told["plate"])
        for moment in ("fixed_at", "received_at"):
            told[moment] = told[moment] and datetime.fromisoformat(told[moment])
        fleet[feature["id"]] = told
    return fleet


def facts_in(db: Connection) -> list[dict[str, Any]]:
    """The log with each fact's hash, by which equals are told apart."""
    cursor = db.execute("select *, jsonb_hash_extended(data, 0) as content_hash from events.parsed where id > 0")
    assert cursor.description is not None
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


@pytest.mark.timeout(900)  # a failure is shrunk before it is shown
@settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(facts=LOGS, questions=QUESTIONS)
def test_the_fleet_of_an_instant_is_what_the_facts_come_to_one_by_one(
    db: Connection, facts: list[dict[str, Any]], questions: list[tuple[datetime, datetime | None]]
) -> None:
    with empty_log(db):
        write_log(db, [{**fact, "received_at": received_at(fact["raw_id"])} for fact in facts])
        whole(db)
        log = facts_in(db)
        for at, known_at in questions:
            told = shown(db, at, known_at)
            expected = Past(log, at, known_at).fleet()
            if not told and _is_before_everything(log, at, known_at):
                continue
            assert set(told) == set(expected), (at, known_at)
            for vehicle_id, device in expected.items():
                assert {name: told[vehicle_id][name] for name in device} == device, (at, known_at)


def _is_before_everything(log: list[dict[str, Any]], at: datetime, known_at: datetime | None) -> bool:
    fixed = [fact["occurred_at"] for fact in log if fact["kind"] == "position_fix"]
    return at < min(fixed, default=at + MINUTE) or (
        known_at is not None and known_at < min(fact["received_at"] for fact in log)
    )


IMEI = "869999050001018"


def said(kind: str, minute: float, came: float, **data: Any) -> dict[str, Any]:
    """A fact of a minute after noon that came in another, or the same."""
    imei = data.pop("imei", IMEI)
    source = "jimi.push" if kind == "position_fix" else "ops"
    return {"kind": kind, "imei": imei, "source": source, "raw_id": int(came * 10 + 1), "data": data,
            "occurred_at": NOON + minute * MINUTE, "received_at": NOON + came * MINUTE}  # fmt: skip


def fix(minute: float, came: float, **told: Any) -> dict[str, Any]:
    return said("position_fix", minute, came, lat=-1.25, lon=36.5, quality="gps", **told)


def asked(db: Connection, facts: list[dict[str, Any]], *instants: tuple[float, float | None]) -> list[dict[int, Any]]:
    """The fleet of each (minute after noon, minute in which it is known)."""
    with empty_log(db):
        write_log(db, facts)
        whole(db)
        return [
            shown(db, NOON + at * MINUTE, None if known_at is None else NOON + known_at * MINUTE)
            for at, known_at in instants
        ]


def test_a_late_fix_is_where_it_belongs_and_was_not_known_before_it_came(db: Connection) -> None:
    told = asked(db, [fix(0, 0), fix(5, 60)], (5, None), (5, 5), (5, 60), (4, 60))
    assert [fleet[id_of("device", IMEI)]["fixed_at"] for fleet in told] == [
        NOON + minute * MINUTE for minute in (5, 0, 5, 0)
    ]


def test_of_an_instant_that_was_told_better_later_the_first_word_counts_until_then(db: Connection) -> None:
    facts = [fix(0, 0, speed_kmh=60), fix(0, 30, speed_kmh=0, gate_at="2026-11-20T09:00:01Z")]
    told = asked(db, facts, (1, None), (1, 1), (1, 30))
    assert [fleet[id_of("device", IMEI)]["state"] for fleet in told] == ["parked", "moving", "parked"]


def test_a_device_that_changes_vehicles_is_on_each_in_its_time_and_a_correction_shows_once_it_was_made(
    db: Connection,
) -> None:
    noon = NOON.isoformat()
    facts = [
        fix(0, 0),
        said("device_assigned", -9, -9, plate="KDA 001A", by="o"),
        said("device_assigned", 10, 10, plate="KDB 002B", by="o"),
        said("device_assigned", 20, 20, plate="KDC 003C", by="o", valid_from=noon),
        said("device_assigned", 40, 40, plate="KDD 004D", by="o", valid_from=noon),
        *(said("vehicle_set", -9, -9, plate=plate, by="o", imei=None) for plate in ("KDA 1", "KDB 002B", "KDD 004D")),
    ]
    told = asked(db, facts, (-1, None), (5, 5), (5, 20), (5, 39), (5, None), (15, None), (15, 9))
    ids = [id_of("vehicle", plate) for plate in ("KDA001A", "KDB002B", "KDC003C", "KDD004D")]
    one, two, three, four = ids
    assert [list(fleet) for fleet in told] == [[], [one], [three], [three], [four], [two], [one]]


def test_an_operator_sees_a_decommissioned_device_while_it_was_in_use(db: Connection) -> None:
    facts = [fix(0, 0), said("lifecycle_set", 10, 10, to="decommissioned", by="o")]
    before, after = asked(db, facts, (9, None), (10, None))
    assert [marker["lifecycle"] for marker in before.values()] == ["active"]
    assert after == {}


def test_an_instant_of_which_nothing_is_kept_is_refused_with_how_far_back_one_can_look(db: Connection) -> None:
    with empty_log(db):
        write_log(db, [fix(0, 1)])
        whole(db)
        for at, known_at, oldest in ((-1, None, "09:00:00Z"), (0, 0, "09:01:00Z")):
            question = (NOON + at * MINUTE, None if known_at is None else NOON + known_at * MINUTE)
            with pytest.raises(psycopg.errors.InvalidParameterValue, match=oldest), db.transaction():
                db.execute("select serve.fn_fleet_at(%s, %s)", question)
