"""`fleet import`: what would change is shown first, bad rows are named by line and column, all or nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures.database import Database
from fixtures.roles import Platform
from imports.conftest import Told, fleet_import

DRIVERS = "driver,phone,city,vehicle,shift_start\nAmina Otieno,+254700000001,Nairobi,KDA 001A,7:30\nBrian,,Kampala,,\n"
VEHICLES = "plate,imei,cost_centre,city,driver\nKDA 001A,869999050001018,Fibre installs,Nairobi,\nKDB 002B,,,Kampala,\n"
CENTRES = "cost_centre,code\nFibre installs,FIB\nSurvey,SV\n"
Write = Callable[[str], str]


def events_of(database: Database) -> int:
    return int(database.value("select count(*) from events.raw"))


@pytest.fixture
def applied(platform: Platform, file: Write) -> Callable[..., Told]:
    """Applies a file and waits until the registry holds it."""
    platform.worker()

    def apply(kind: str, topic: str, text: str) -> Told:
        told = fleet_import(platform.database, kind, topic, file(text), "--apply")
        assert (told.returncode, told.stderr) == (0, "")
        platform.wait_drained()
        return told

    return apply


def test_vehicles_drivers_and_cost_centres_reach_the_registry_and_a_second_look_finds_nothing_new(
    platform: Platform, applied: Callable[..., Told], file: Write
) -> None:
    for topic, text in (("vehicles", VEHICLES), ("drivers", DRIVERS), ("cost_centres", CENTRES)):
        applied("csv", topic, text)
        again = fleet_import(platform.database, "csv", topic, file(text))
        assert again.stdout.splitlines()[1:] == ["Nothing was applied: repeat with --apply."], again.stdout
    rows = platform.database.rows
    assert rows("select name, (phone).value, (city).value from domain.drivers order by name") == [
        ("Amina Otieno", "+254700000001", "Nairobi"),
        ("Brian", None, "Kampala"),
    ]
    assert rows("select name, code from domain.cost_centres order by name") == [
        ("Fibre installs", "FIB"),
        ("Survey", "SV"),
    ]
    assert rows(
        "select (v.plate).value, d.name from domain.driver_assignments a join domain.vehicles v using (vehicle_id)"
        " join domain.drivers d using (driver_id)"
    ) == [("KDA 001A", "Amina Otieno")]


def test_a_dry_run_shows_what_would_change_and_appends_nothing(
    platform: Platform, applied: Callable[..., Told], file: Write
) -> None:
    applied("csv", "vehicles", VEHICLES)
    before = events_of(platform.database)
    changed = "plate,imei,city,driver\nkda-001a,869999050001018,Mombasa,Amina\nKDC 003C,869999050001026,,\n"
    told = fleet_import(platform.database, "csv", "vehicles", file(changed))
    assert told.returncode == 0
    assert told.stdout.splitlines() == [
        "2 good rows, 0 bad.",
        "line 2: vehicle kda-001a: plate KDA 001A → kda-001a",
        "line 2: vehicle kda-001a: city Nairobi → Mombasa",
        "line 2: vehicle kda-001a: driver Amina",
        "line 3: new vehicle KDC 003C",
        "line 3: new device 869999050001026, plate KDC 003C",
        "Nothing was applied: repeat with --apply.",
    ]
    assert events_of(platform.database) == before


def test_the_report_for_scripts_says_the_same(registry: Database, file: Write) -> None:
    told = fleet_import(registry, "csv", "cost_centres", file("cost_centre,code\nMasts,MST\n"), "--json")
    assert told.returncode == 0
    report = json.loads(told.stdout)
    assert report["good_rows"] == 1
    assert (report["problems"], report["event"]) == ([], None)
    assert [(change["key"], change["field"], change["becomes"]) for change in report["changes"]] == [
        ("Masts", "name", "Masts"),
        ("Masts", "code", "MST"),
    ]


@pytest.mark.parametrize(
    ("topic", "text", "says"),
    [
        ("vehicles", "plate,imei\nKDA 001A,12x\n", "line 2: imei: not an IMEI (wrong_type)"),
        ("vehicles", "plate,imei\nKDA 001A,\n,869999050001018\n", "line 3: plate: the vehicle has none (wrong_type)"),
        ("vehicles", "plate,cost_center\nKDA 001A,Fibre\n", "line 1: cost_center: no such column. Known: "),
        ("vehicles", "plate,city,city\nKDA 001A,a,b\n", "line 1: city: the header has this column twice"),
        ("vehicles", "imei\n869999050001018\n", "line 1: plate: the header has no such column (wrong_type)"),
        ("drivers", 'driver,phone\n"Amina\nOtieno",1\nBrian,2,3\n', "line 4: beyond the last column: 3 (wrong_type)"),
        ("drivers", "driver,shift_start\nAmina,soon\n", "line 2: shift_start: not a time of the day: write 07:30"),
        (
            "drivers",
            "driver,city\nA,Nairobi\nA,Kampala\n",
            "line 3: city: Kampala for driver A, but line 2 says Nairobi",
        ),
        ("vehicles", "plate,imei\nA,86999905\nB,86999905\n", "line 3: plate: B for device 86999905, but line 2 says A"),
        ("cost_centres", "cost_centre,code\nA,X\nB,X\n", "line 3: cost_centre: B for code X, but line 2 says A"),
    ],
)
def test_a_bad_row_is_named_by_line_and_column_and_nothing_is_applied(
    registry: Database, file: Write, topic: str, text: str, says: str
) -> None:
    before = events_of(registry)
    told = fleet_import(registry, "csv", topic, file(text), "--apply")
    assert told.returncode == 1
    assert says in told.stderr
    assert events_of(registry) == before


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("vehicles", "plate,driver,driver_phone\nKDA 001A,Amina,1\nKDB 002B,Amina,2\n"),
        ("drivers", "driver,plate,shift_start\nAmina,KDA 001A,06:00\nBrian,KDA 001A,18:00\n"),
    ],
)
def test_namesakes_and_drivers_in_shifts_contradict_nobody(
    registry: Database, file: Write, topic: str, text: str
) -> None:
    told = fleet_import(registry, "csv", topic, file(text))
    assert (told.returncode, told.stderr) == (0, "")


def test_a_file_in_another_encoding_is_refused_by_line(registry: Database, tmp_path: Path) -> None:
    path = tmp_path / "latin-1.csv"
    path.write_bytes("driver\nAmina\nZoë\n".encode("latin-1"))
    told = fleet_import(registry, "csv", "drivers", str(path))
    assert (told.returncode, told.stderr) == (1, "line 3: not UTF-8: save the file as UTF-8\n")


def test_a_code_that_another_cost_centre_has_is_a_problem_of_its_row(
    platform: Platform, applied: Callable[..., Told], file: Write
) -> None:
    applied("csv", "cost_centres", CENTRES)
    before = events_of(platform.database)
    told = fleet_import(platform.database, "csv", "cost_centres", file("cost_centre,code\nMasts,FIB\n"), "--apply")
    assert (told.returncode, told.stderr) == (1, "line 2: code: FIB is the code of Fibre installs\n")
    assert events_of(platform.database) == before


def test_hrs_roster_may_be_pushed_or_brought_as_a_file(platform: Platform, applied: Callable[..., Told]) -> None:
    roster = json.dumps({"drivers": [{"name": "Amina", "staff_no": 17, "vehicle": "KDA 001A", "active": True}]})
    applied("json", "hr", roster)
    gateway = platform.gateway()
    assert gateway is not None
    assert platform.signed_push("hr", roster.replace("17", "18").encode(), "demo-hr-secret").json()["code"] == 0
    platform.wait_drained()
    assert platform.database.rows("select name, (staff_no).value, (active).value from domain.drivers") == [
        ("Amina", "18", "true")
    ]
    assert platform.database.value("select count(*) from domain.driver_assignments") == 2


def test_fuel_fills_become_facts(platform: Platform, applied: Callable[..., Told]) -> None:
    fill = {"id": 1, "car": "KDA 001A", "filled_at": "2026-07-13 18:20", "litres": 41.5, "odometer_km": 48220}
    told = applied("json", "fuel", json.dumps({"fills": [fill]}))
    assert told.stdout.startswith("1 good rows, 0 bad.")
    assert platform.database.rows("select kind, imei, data->>'odometer_m' from events.parsed") == [
        ("fuel_fill", None, "48220000.0")
    ]
