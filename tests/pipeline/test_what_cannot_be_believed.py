"""P7, P9, P10: poison costs its own item, a lost doorbell costs seconds, a garbage clock reaches no table."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

import orjson
import pytest

from database.log_rows import NOTE_FACTS
from fixtures.roles import Platform, wait_until
from fleet.log.follow import POLLING_FLOOR_S

IMEI, OTHER, POISON = "869999050001018", "869999050001026", "869999050006660"


@pytest.fixture(scope="module")
def running(standing: Platform) -> Platform:
    """A gateway and a worker."""
    standing.gateway()
    standing.worker()
    return standing


def item(imei: str, at: datetime | None = None, **told: Any) -> dict[str, Any]:
    now = datetime.now(UTC).replace(microsecond=0)
    return {"deviceImei": imei, "gpsTime": f"{at or now:%Y-%m-%d %H:%M:%S}", "gateTime": f"{now:%Y-%m-%d %H:%M:%S}",
            "lat": -1.28, "lng": 36.82, "gpsSpeed": 42, "acc": 1, "postType": 1, **told}  # fmt: skip


def push(platform: Platform, *items: Any) -> int:
    """Push items as one body; the id of its raw row."""
    text = quote_plus(orjson.dumps(list(items)).decode())
    assert platform.push("jimi/pushgps", f"token=demo-push-token&data_list={text}".encode()).status_code == 200
    return int(platform.database.value("select max(id) from events.raw"))


def outcome(platform: Platform, raw_id: int) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """(item, kind) of the facts and (item, reason) of the rejections of a raw row, once it is parsed."""
    platform.wait_drained(20)
    facts = platform.database.rows("select item, kind from events.parsed where raw_id = %s order by 1, 2", raw_id)
    rejected = platform.database.rows("select item, reason from events.rejected where raw_id = %s order by 1", raw_id)
    return facts, rejected


def test_a_bad_item_costs_itself_and_is_kept_with_its_place_and_reason(running: Platform) -> None:
    raw_id = push(running, item(IMEI), "no object", {"lat": 1}, item(OTHER, lat="north"), item(OTHER))
    facts, rejected = outcome(running, raw_id)
    assert facts == [(0, "position_fix"), (4, "position_fix")]
    assert rejected == [(1, "not_object"), (2, "missing_imei"), (3, "wrong_type")]


def test_a_fact_that_the_database_refuses_costs_its_item_alone(running: Platform) -> None:
    with running.database.connect("superuser") as db:
        db.execute(
            "create function public.refuse_poison() returns trigger language plpgsql as"
            " $$ begin raise numeric_value_out_of_range using message = 'poison'; end $$"
        )
        db.execute(
            "create trigger poison before insert on events.parsed for each row"
            f" when (new.imei = '{POISON}') execute function public.refuse_poison()"
        )
    first = push(running, item(IMEI))
    second = push(running, item(OTHER), item(POISON), item(IMEI))
    third = push(running, item(OTHER))
    assert outcome(running, first) == ([(0, "position_fix")], [])
    assert outcome(running, second) == ([(0, "position_fix"), (2, "position_fix")], [(1, "wrong_type")])
    assert outcome(running, third) == ([(0, "position_fix")], [])


@pytest.mark.parametrize("age", [timedelta(days=2000), timedelta(minutes=-11), timedelta(days=-400)])
def test_a_garbage_clock_is_a_sign_of_life_and_nothing_else(running: Platform, age: timedelta) -> None:
    imei = f"86999906{abs(hash(age)) % 10**7:07d}"
    raw_id = push(running, item(imei, datetime.now(UTC) - age))
    assert outcome(running, raw_id) == ([(0, "device_seen")], [(0, "implausible_time")])
    for table in ("live_positions", "position_history"):
        assert running.database.value(f"select count(*) from state.{table} where imei = %s", imei) == 0
    (heard_at,) = running.database.rows("select heard_at from state.devices where imei = %s", imei)[0]
    assert abs(heard_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert running.database.value("select lifecycle from domain.devices where imei = %s", imei) == "provisioned"


def test_the_time_guard_is_judged_by_when_we_received_it(running: Platform) -> None:
    raw_id = push(running, item(IMEI, datetime.now(UTC) + timedelta(minutes=9)))
    assert outcome(running, raw_id)[0] == [(0, "position_fix")]


def insert_silently(platform: Platform, imei: str) -> None:
    """A raw row that rings no bell."""
    text = quote_plus(orjson.dumps([item(imei)]).decode())
    with platform.database.connect("superuser") as db:
        db.execute(
            "insert into events.raw"
            " values (nextval('events.raw_id'), now(), 'jimi.push', 1, 'pushgps', '', %s, '{}', 't')",
            (f"data_list={text}".encode(),),
        )


def has_position(platform: Platform, imei: str) -> bool:
    return bool(platform.database.rows("select from state.live_positions where imei = %s", imei))


def test_a_row_that_rang_no_bell_arrives_within_the_polling_floor(running: Platform) -> None:
    insert_silently(running, "869999050007001")
    wait_until(lambda: has_position(running, "869999050007001"), "the row arrived", 2 * POLLING_FLOOR_S + 3)


def test_a_listener_that_was_cut_off_listens_again(running: Platform) -> None:
    wait_until(lambda: bool(end_listeners(running)), "there was a listener to end", 5)
    push(running, item("869999050007019"))
    wait_until(lambda: has_position(running, "869999050007019"), "the row arrived", 2 * POLLING_FLOOR_S + 3)
    wait_until(lambda: bool(running.started[1].health().get("listening")), "it listens again", 5)
    started = time.monotonic()
    push(running, item("869999050007027"))
    wait_until(lambda: has_position(running, "869999050007027"), "the bell is heard again", POLLING_FLOOR_S / 2)
    assert time.monotonic() - started < POLLING_FLOOR_S


def end_listeners(platform: Platform) -> list[Any]:
    return platform.database.rows(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where application_name = 'fleet-worker-listen' and datname = current_database()"
    )


def test_a_fact_that_one_table_cannot_take_stops_neither_the_worker_nor_the_other_tables(platform: Platform) -> None:
    worker = platform.worker()
    with platform.database.connect("superuser") as db:
        for kind, data in (("position_fix", '{"lat": "north", "lon": 1, "quality": "gps"}'), ("heartbeat", "{}")):
            db.execute(
                "insert into events.parsed (raw_id, received_at, item, parser_version, kind, source, account_id, imei,"
                " occurred_at, data) values (1, now(), 0, 1, %s, 'jimi.push', 1, %s, now(), %s)",
                (kind, IMEI, data),
            )
        db.execute(NOTE_FACTS)
    wait_until(lambda: platform.database.value("select count(*) from state.heartbeats") == 1, "the other table has it")
    platform.wait_drained()
    health = worker.health()
    assert health["ok"]
    assert health["set_aside"] == {"live_positions": 1, "position_history": 1}


def test_a_figure_too_small_for_any_gauge_holds_up_no_table(running: Platform) -> None:
    raw_id = push(running, item(OTHER, gpsSpeed=1e-50, altitude=1e-60))
    assert outcome(running, raw_id)[0] == [(0, "position_fix")]
    assert running.database.value("select count(*) from state.position_history where raw_id = %s", raw_id) == 1
