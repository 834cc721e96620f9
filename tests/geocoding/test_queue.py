"""Which places are asked about, in which order, and when again."""

from typing import Any

import pytest

from database.log_rows import Connection
from fleet.replay.units import UnknownTable, chosen
from geocoding.conftest import NAIROBI, put_vehicle

BOTH, ONE = ["nominatim", "mapbox"], ["nominatim"]


def look(db: Connection, most: int = 100) -> list[int]:
    """The cells that wait after a look, in the order in which they would be asked."""
    db.execute("select geo.look_for_places('0 s', %s)", (most,))
    return [cell for (cell,) in db.execute("select cell from geo.waiting order by priority, stood_at desc, cell")]


def ask(db: Connection, geocoders: list[str] = ONE, every: str = "0 s") -> tuple[Any, ...] | None:
    """The next (cell, geocoder, wait)."""
    query = "select cell, geocoder, wait_s from geo.next_question(%s, %s::interval, '1 min')"
    return db.execute(query, (geocoders, every)).fetchone()


def answer(db: Connection, cell: int, geocoder: str, geocoders: list[str], text: str | None) -> None:
    precision = "street" if text else "nothing"
    db.execute("select geo.keep_answer(%s, %s, %s, %s, %s)", (cell, geocoder, geocoders, text, precision))


def fail(db: Connection, cell: int, geocoder: str, geocoders: list[str] = ONE) -> None:
    db.execute("select geo.note_failure(%s, %s, %s, 'It answered HTTP 500.', '0 s')", (cell, geocoder, geocoders))


def pause_s(db: Connection, what: str) -> float:
    """The pause of the only waiting cell (`due_at`) or of Nominatim (`paused_until`), in seconds."""
    table = "geo.waiting" if what == "due_at" else "geo.geocoders where name = 'nominatim'"
    row = db.execute(f"select extract(epoch from {what} - clock_timestamp())::float8 from {table}".encode()).fetchone()
    assert row is not None
    return float(row[0])


def is_over(db: Connection) -> None:
    """All pauses have passed."""
    db.execute("update geo.waiting set due_at = '-infinity'")
    db.execute("update geo.geocoders set paused_until = '-infinity', free_at = '-infinity'")


@pytest.mark.parametrize(
    "place", [NAIROBI, (0.0, 0.0), (-0.00024, 0.00024), (-4.0435, 39.6682), (89.9999, 179.9999), (-90.0, -180.0)]
)
def test_the_middle_of_a_cell_is_within_it_and_at_most_39_metres_away(
    db: Connection, place: tuple[float, float]
) -> None:
    row = db.execute(
        "select lat, lon, geo.cell_of(lat, lon) = cell from (select geo.cell_of(%s, %s) as cell) asked,"
        " lateral geo.middle_of(cell)",
        place,
    ).fetchone()
    assert row is not None
    lat, lon, is_same = row
    assert is_same
    assert (abs(lat - place[0]), abs(lon - place[1])) <= (0.00025 + 1e-9, 0.00025 + 1e-9)
    assert f"{lat:.4f} {lon:.4f}" == f"{round(lat, 7):.4f} {round(lon, 7):.4f}"


def test_parked_vehicles_come_first_then_the_newest_and_a_cell_once(db: Connection) -> None:
    idling = put_vehicle(db, "1", (-1.20, 36.80), ignition=True, age_s=1)
    older = put_vehicle(db, "2", (-1.21, 36.80), age_s=300, speed_kmh=None)  # its device tells no speed
    newer = put_vehicle(db, "3", (-1.22, 36.80), age_s=100)
    assert put_vehicle(db, "4", (-1.22001, 36.80001), age_s=200) == newer
    assert look(db) == [newer, older, idling]


def test_who_moves_is_coarse_or_is_gone_is_not_asked_about(db: Connection) -> None:
    put_vehicle(db, "1", (-1.20, 36.80), speed_kmh=40)
    put_vehicle(db, "2", (-1.21, 36.80), quality="lbs")
    put_vehicle(db, "3", (-1.22, 36.80))
    db.execute("delete from state.identities where imei = '3'")
    assert look(db) == []


def test_the_queue_is_bounded_and_keeps_the_newest(db: Connection) -> None:
    cells = [put_vehicle(db, str(n), (-1.2 - n / 100, 36.8), age_s=1000 - n) for n in range(8)]
    assert look(db, most=3) == cells[:-4:-1]
    newest = put_vehicle(db, "9", (-1.4, 36.8), age_s=1)
    assert look(db, most=3) == cells[:-4:-1], "two wait: enough to do"
    db.execute("delete from geo.waiting where cell = any(%s)", (cells[-2:],))
    assert look(db, most=3) == [newest, *cells[:-3:-1]]


def test_places_are_looked_for_once_in_a_while_whoever_asks(db: Connection) -> None:
    put_vehicle(db, "1")
    db.execute("select geo.look_for_places('1 h', 10)")
    put_vehicle(db, "2", (-1.3, 36.8))
    db.execute("select geo.look_for_places('1 h', 10)")
    assert db.execute("select count(*) from geo.waiting").fetchone() == (1,)


def test_an_answer_ends_the_question_until_it_is_old(db: Connection) -> None:
    cell = put_vehicle(db, "1")
    look(db)
    assert ask(db) == (cell, "nominatim", 0.0)
    answer(db, cell, "nominatim", ONE, "Moi Avenue, Nairobi")
    assert ask(db) is None
    assert look(db) == []
    db.execute("update state.geocoded_positions set last_asked_at = now() - interval '366 days'")
    assert look(db) == [cell]


def test_a_place_that_is_being_asked_about_is_not_asked_again_before_the_lease_is_over(db: Connection) -> None:
    put_vehicle(db, "1")
    look(db)
    assert ask(db)
    assert ask(db) is None
    is_over(db)
    assert ask(db)


def test_a_slot_that_is_taken_is_waited_for(db: Connection) -> None:
    put_vehicle(db, "1")
    put_vehicle(db, "2", (-1.3, 36.8))
    look(db)
    assert ask(db, every="1 s")
    waiting = ask(db, every="1 s")
    assert waiting is not None
    assert waiting[0] is None
    assert 0 < waiting[2] <= 1


def test_where_the_first_knows_nothing_the_next_is_asked_and_nothing_is_an_answer(db: Connection) -> None:
    cell = put_vehicle(db, "1")
    look(db)
    assert ask(db, BOTH) == (cell, "nominatim", 0.0)
    answer(db, cell, "nominatim", BOTH, None)
    assert ask(db, BOTH) == (cell, "mapbox", 0.0)
    answer(db, cell, "mapbox", BOTH, None)
    kept = db.execute("select address, precision::text, source from state.geocoded_positions").fetchall()
    assert kept == [(None, "nothing", "mapbox")]
    assert look(db) == []
    db.execute("update state.geocoded_positions set last_asked_at = now() - interval '91 days'")
    assert look(db) == [cell]


def test_where_the_first_fails_the_next_is_asked_at_once(db: Connection) -> None:
    cell = put_vehicle(db, "1")
    look(db)
    ask(db, BOTH)
    fail(db, cell, "nominatim", BOTH)
    assert ask(db, BOTH) == (cell, "mapbox", 0.0)
    answer(db, cell, "mapbox", BOTH, "Moi Avenue, Nairobi")
    assert ask(db, BOTH) is None
    assert db.execute("select address from state.geocoded_positions").fetchall() == [("Moi Avenue, Nairobi",)]


def test_nothing_from_one_and_a_failure_of_the_other_is_no_answer(db: Connection) -> None:
    cell = put_vehicle(db, "1")
    look(db)
    fail(db, cell, "nominatim", BOTH)
    answer(db, cell, "mapbox", BOTH, None)
    assert not db.execute("select from state.geocoded_positions").fetchall()
    assert 30 < pause_s(db, "due_at") <= 60


def test_a_place_that_fails_is_asked_again_after_ever_longer_pauses(db: Connection) -> None:
    cell = put_vehicle(db, "1")
    look(db)
    pauses = []
    for _ in range(14):
        is_over(db)
        assert ask(db) == (cell, "nominatim", 0.0)
        fail(db, cell, "nominatim")
        pauses.append(round(pause_s(db, "due_at") / 60))
    assert pauses == [*(2**n for n in range(11)), 1440, 1440, 1440]


def test_a_geocoder_that_fails_is_left_alone_for_ever_longer_and_comes_back_at_the_first_answer(db: Connection) -> None:
    cell = put_vehicle(db, "1")
    look(db)
    pauses = []
    for _ in range(11):
        fail(db, cell, "nominatim")
        pauses.append(round(pause_s(db, "paused_until")))
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    db.execute("update geo.waiting set due_at = '-infinity'")
    assert ask(db) is None
    answer(db, cell, "nominatim", ONE, "Moi Avenue, Nairobi")
    put_vehicle(db, "2", (-1.3, 36.8))
    look(db)
    assert ask(db) is not None


def test_a_geocoder_that_asks_for_a_pause_gets_it(db: Connection) -> None:
    cell = put_vehicle(db, "1")
    look(db)
    db.execute("select geo.note_failure(%s, 'nominatim', %s, 'It answered HTTP 429.', '120 s')", (cell, ONE))
    assert 100 < pause_s(db, "paused_until") <= 120


def test_an_answer_to_a_question_that_nobody_waits_for_any_more_is_kept(db: Connection) -> None:
    cell = put_vehicle(db, "1")
    answer(db, cell, "nominatim", ONE, "Moi Avenue, Nairobi")
    answer(db, cell + 1, "nominatim", ONE, None)
    fail(db, cell + 2, "nominatim")
    assert db.execute("select address from state.geocoded_positions").fetchall() == [("Moi Avenue, Nairobi",)]


def test_addresses_are_no_projection_and_cannot_be_made_anew_from_the_log() -> None:
    with pytest.raises(UnknownTable):
        chosen("geocoded_positions")
    assert "state.geocoded_positions" not in {unit.table for unit in chosen("all")}


def test_nothing_but_the_address_of_a_view_needs_them(db: Connection) -> None:
    readers = db.execute(
        "select pronamespace::regnamespace::text || '.' || proname from pg_proc"
        " where prosrc like %s and pronamespace <> 'geo'::regnamespace",
        ("%geocoded_positions%",),
    ).fetchall()
    assert readers == [("serve.fleet_text",)]
    assert not db.execute(
        "select from pg_depend"
        " where refobjid = 'state.geocoded_positions'::regclass and classid = 'pg_rewrite'::regclass"
    ).fetchall()
