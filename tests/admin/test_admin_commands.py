"""Administration at the command line, with a worker that folds what is stated."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from fixtures.database import Database
from fixtures.roles import Platform
from fleet.__main__ import app
from pipeline.test_cli import fleet

DIFFERENCES, WRONG_USAGE = 1, 2
IMEI = "869999050004018"


@pytest.fixture(scope="module")
def database(standing: Platform) -> Database:
    """The module's database, a worker beside it."""
    standing.worker()
    return standing.database


def told(database: Database, *words: str) -> Any:
    """What a command that must succeed reports; in this process, which is quicker than in one of its own."""
    done = CliRunner().invoke(app, [*words, "--json"], env=database.environment)
    assert done.exit_code == 0, done.output or done.exception
    return json.loads(done.stdout)


def test_a_fleet_is_set_up_and_looked_at(database: Database) -> None:
    told(database, "cities", "set", "Nairobi")
    told(database, "cost-centres", "set", "Fibre", "--code", "FIB")
    told(database, "drivers", "set", "Amina", "--phone", "+254700000001")
    person = ("--staff-no", "T-17", "--city", "Nairobi", "--cost-centre", "Fibre", "--shift-area", "East", "--inactive")
    told(database, "drivers", "set", "Amina", *person)
    driver = told(database, "drivers", "set", "Amina", "--clear", "shift-area")["row"]
    assert {field: driver[field] for field in ("phone", "staff_no", "city", "cost_centre", "shift_area", "active")} == {
        "phone": "+254700000001", "staff_no": "T-17", "city": "Nairobi", "cost_centre": "Fibre", "shift_area": None,
        "active": False,
    }  # fmt: skip
    assert told(database, "drivers", "list", "--search", "t-17")["total"] == 1
    vehicle = told(
        database, "vehicles", "set", "KDA 001A", "--city", "Nairobi", "--cost-centre", "Fibre",
        "--by", "grace", "--reason", "new",
    )  # fmt: skip
    assert vehicle["row"]["cost_centre"] == "Fibre"
    assert database.rows(
        "select source, topic, request_meta->>'by', request_meta->>'reason', verified_by from events.raw where id = %s",
        vehicle["event_id"],
    ) == [("ops", "vehicle.set", "grace", "new", "operator")]
    assert told(database, "devices", "set", IMEI, "--class", "camera", "--sim", "89254")["row"]["sim"] == "89254"
    assert told(database, "devices", "assign", IMEI, "--vehicle", "kda001a")["row"]["plate"] == "KDA 001A"
    assert told(database, "vehicles", "assign", "KDA 001A", "--driver", "Amina")["row"]["driver"] == "Amina"
    assert told(database, "devices", "lifecycle", IMEI, "suspended")["row"]["lifecycle"] == "suspended"
    assert told(database, "vehicles", "set", "KDA 001A", "--clear", "city")["row"]["city"] is None
    assert told(database, "vehicles", "list", "--search", "amina")["total"] == 1
    assert told(database, "devices", "show", IMEI)["device_class"] == "camera"
    assert [step["to_state"] for step in told(database, "devices", "history", IMEI)["lifecycle"]] == ["suspended"]
    assert [period["driver"] for period in told(database, "vehicles", "history", "KDA 001A")["drivers"]] == ["Amina"]
    listed = fleet(database, "vehicles", "list")
    assert f"KDA 001A  Fibre  –  Amina  {IMEI}" in listed.stdout
    assert listed.stdout.endswith("1 in all.\n")


@pytest.mark.parametrize(
    ("words", "exit_code", "says"),
    [
        (("devices", "lifecycle", IMEI, "provisioned"), DIFFERENCES, "cannot become provisioned. It can become"),
        (("vehicles", "assign", "NO 1"), DIFFERENCES, "There is no vehicle NO 1"),
        (("vehicles", "show", "NO 1"), DIFFERENCES, "There is no NO 1 among the vehicles"),
        (("devices", "assign", IMEI, "--from", "soon"), WRONG_USAGE, "write it like 2026-11-20T08:00"),
        (("vehicles", "set", "KDA 001A", "--clear", "colour"), WRONG_USAGE, "name one of cost_centre, city"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    database: Database, words: tuple[str, ...], exit_code: int, says: str
) -> None:
    told(database, "devices", "set", IMEI)
    done = fleet(database, *words)
    assert (done.returncode, done.stdout) == (exit_code, "")
    assert says in done.stderr


def test_a_time_without_a_zone_is_east_africas(database: Database) -> None:
    told(database, "devices", "set", "869999050004026")
    told(database, "devices", "assign", "869999050004026", "--from", "2026-11-01T08:00")
    (period,) = told(database, "devices", "history", "869999050004026")["vehicles"]
    assert period["valid_from"] == "2026-11-01T05:00:00+00:00"


def test_an_account_added_again_without_a_name_keeps_the_one_it_has(database: Database) -> None:
    for given in ("north=The north", "north"):
        assert fleet(database, "accounts", "add", given).returncode == 0
    assert told(database, "accounts", "show", "north")["name"] == "The north"
    assert told(database, "accounts", "set", "north", "--no-polled")["row"]["polled"] is False
    assert told(database, "accounts", "show", "north")["name"] == "The north"
    assert "built in" in fleet(database, "accounts", "add", "platform=Mine").stderr


def test_an_account_comes_from_the_log_alone_when_the_tables_are_made_anew(standing: Platform) -> None:
    database = standing.database
    fleet(database, "accounts", "add", "south=The south", "--no-polled")
    standing.wait_drained()
    with database.connect("superuser") as db, db.transaction(force_rollback=True):
        db.execute("delete from domain.accounts where code = 'south'")
        db.execute("select state.project_registry(0, (select max(id) from events.parsed))")
        assert db.execute("select name, polled from domain.accounts where code = 'south'").fetchall() == [
            ("The south", False)
        ]


def test_gaps_are_told_and_make_the_exit_code_1(database: Database) -> None:
    told(database, "vehicles", "set", "KDG 007G")
    done = fleet(database, "gaps")
    assert done.returncode == DIFFERENCES
    assert "vehicle_without_device: KDG 007G; ours: KDG 007G\n" in done.stdout
    report = json.loads(fleet(database, "gaps", "--json").stdout)
    assert "vehicle_without_device" in {gap["kind"] for gap in report["gaps"]}


def test_a_fleet_without_gaps_is_told_so(standing_database: Database) -> None:
    done = fleet(standing_database, "gaps")
    assert (done.returncode, done.stdout) == (0, "No gaps.\n")
