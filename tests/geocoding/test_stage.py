"""The stage against geocoders over real HTTP: what is asked, how fast, what comes of it, and what they hold up (P8)."""

import asyncio
from itertools import pairwise

import httpx
import pytest

from fixtures.database import Database
from fleet.db import borrowed
from fleet.geocoding import asking
from geocoding.conftest import NAIROBI, StandIn, Workers, put_vehicle


def park(database: Database, *places: tuple[float, float]) -> None:
    """Vehicles of the fleet parked at places, the first one latest."""
    with database.connect("superuser") as db:
        for number, place in enumerate(places):
            put_vehicle(db, f"86000000000000{number}", place, age_s=10 + number)


def kept(database: Database) -> list[tuple[str | None, str, str]]:
    return [
        tuple(row)  # type: ignore[misc]
        for row in database.rows("select address, precision::text, source from state.geocoded_positions order by cell")
    ]


def hurry(database: Database) -> None:
    """All pauses, leases and slots are over."""
    with database.connect("superuser") as db:
        db.execute("update geo.waiting set due_at = '-infinity'")
        db.execute("update geo.geocoders set paused_until = '-infinity', free_at = '-infinity'")


async def test_a_parked_vehicle_gets_the_address_of_its_cell_and_no_finer_place_is_told(
    database: Database, stand_in: StandIn, geocoding: Workers
) -> None:
    park(database, NAIROBI)
    worker = geocoding(stand_in.nominatim)
    await worker.pool.open()
    await worker.steps()
    assert kept(database) == [("Eland Road, Nairobi Central, Nairobi", "street", "nominatim")]
    ((path, query),) = stand_in.asked
    assert path == "/reverse"
    assert (query["lat"], query["lon"], query["zoom"]) == ("-1.2865", "36.8170", "17")
    assert stand_in.agents == {"tests (ops@example.com)"}


async def test_mapbox_is_asked_in_its_own_form_for_answers_that_may_be_kept(
    database: Database, stand_in: StandIn, geocoding: Workers
) -> None:
    park(database, NAIROBI)
    worker = geocoding(stand_in.mapbox)
    await worker.pool.open()
    await worker.steps()
    assert kept(database) == [("Eland Road, Nairobi Central, Nairobi", "street", "mapbox")]
    ((path, query),) = stand_in.asked
    assert path == "/search/geocode/v6/reverse"
    assert (query["latitude"], query["longitude"], query["permanent"]) == ("-1.2865", "36.8170", "true")


@pytest.mark.parametrize("fault", ["geocode_500", "geocode_429", "geocode_html", "geocode_nothing"])
async def test_where_nominatim_fails_or_knows_nothing_mapbox_is_asked(
    database: Database, stand_in: StandIn, geocoding: Workers, fault: str
) -> None:
    park(database, NAIROBI)
    stand_in.faults.switch_on(fault, {"topic": "nominatim"})
    worker = geocoding(stand_in.nominatim, stand_in.mapbox)
    await worker.pool.open()
    await worker.steps(2)
    assert [path for path, _ in stand_in.asked] == ["/reverse", "/search/geocode/v6/reverse"]
    assert kept(database) == [("Eland Road, Nairobi Central, Nairobi", "street", "mapbox")]


async def test_a_place_where_nothing_is_found_is_not_asked_about_again(
    database: Database, stand_in: StandIn, geocoding: Workers
) -> None:
    park(database, (10.0, 10.0))
    worker = geocoding(stand_in.nominatim)
    await worker.pool.open()
    await worker.steps(3)
    assert kept(database) == [(None, "nothing", "nominatim")]
    assert len(stand_in.asked) == 1


async def test_a_failure_is_told_without_a_place_and_the_place_asked_again_later(
    database: Database, stand_in: StandIn, geocoding: Workers
) -> None:
    park(database, NAIROBI)
    stand_in.faults.switch_on("geocode_500", {})
    worker = geocoding(stand_in.nominatim)
    await worker.pool.open()
    await worker.steps(3)
    assert len(stand_in.asked) == 1
    told = database.value("select geo.status()")
    assert (told["waiting"], told["retrying"]) == (1, 1)
    assert told["geocoders"]["nominatim"]["problem"] == "It answered HTTP 500."
    assert told["geocoders"]["nominatim"]["failures_in_a_row"] == 1
    stand_in.faults.switch_off("geocode_500")
    hurry(database)
    await worker.steps()
    assert kept(database) == [("Eland Road, Nairobi Central, Nairobi", "street", "nominatim")]
    assert database.value("select geo.status()")["geocoders"]["nominatim"]["failures_in_a_row"] == 0


async def test_a_server_that_hangs_is_given_up(
    database: Database, stand_in: StandIn, geocoding: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "ANSWERS_WITHIN_S", 0.2)
    park(database, NAIROBI)
    stand_in.faults.switch_on("geocode_slow", {})
    worker = geocoding(stand_in.nominatim)
    await worker.pool.open()
    await worker.steps()
    problem = database.value("select problem from geo.geocoders where name = 'nominatim'")
    assert problem == "No answer within 0.2 s."


async def test_nobody_listens_there(database: Database, stand_in: StandIn, geocoding: Workers) -> None:
    park(database, NAIROBI)
    stand_in.port = 1
    worker = geocoding(stand_in.nominatim)
    await worker.pool.open()
    await worker.steps()
    assert database.value("select problem from geo.geocoders where name = 'nominatim'") == "No answer: ConnectError."


async def test_no_connection_is_held_while_a_geocoder_hangs(
    database: Database, stand_in: StandIn, geocoding: Workers
) -> None:
    park(database, NAIROBI)
    stand_in.faults.switch_on("geocode_slow", {})
    worker = geocoding(stand_in.nominatim)  # its pool has one connection
    await worker.pool.open()
    asking_now = asyncio.create_task(worker.stage.step(worker.http))
    await stand_in.wait_asked()
    async with asyncio.timeout(2), borrowed(worker.pool) as db:
        assert await (await db.execute("select 1")).fetchone() == (1,)
    open_transactions = database.rows(
        "select state, query from pg_stat_activity where application_name = 'fleet-worker' and xact_start is not null"
    )
    assert open_transactions == []
    assert database.value("select count(*) from pg_locks where mode = 'ExclusiveLock' and locktype = 'tuple'") == 0
    assert not asking_now.done()
    stand_in.faults.switch_off("geocode_slow")
    async with asyncio.timeout(10):
        await asking_now
    assert kept(database) == [("Eland Road, Nairobi Central, Nairobi", "street", "nominatim")]


async def test_several_workers_share_one_pace_and_ask_about_no_place_twice(
    database: Database, stand_in: StandIn, geocoding: Workers
) -> None:
    every_s = 0.2
    park(database, *((-1.28 - n / 1000, 36.82) for n in range(6)))
    workers = [geocoding(stand_in.nominatim, every_s=every_s) for _ in range(3)]
    for worker in workers:
        await worker.pool.open()
    running = [asyncio.create_task(worker.stage.run()) for worker in workers]
    await stand_in.wait_asked(6)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    assert len({(query["lat"], query["lon"]) for _, query in stand_in.asked}) == len(stand_in.asked) == 6
    assert all(later - earlier > every_s / 2 for earlier, later in pairwise(stand_in.asked_at_s))
    assert stand_in.asked_at_s[-1] - stand_in.asked_at_s[0] >= 4.5 * every_s


async def test_a_database_that_is_away_ends_no_stage(database: Database, stand_in: StandIn, geocoding: Workers) -> None:
    worker = geocoding(stand_in.nominatim)
    await worker.pool.open()
    await worker.pool.close()
    async with httpx.AsyncClient() as http:
        assert await worker.stage._step_safely(http) > 0
