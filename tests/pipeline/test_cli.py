"""The command `fleet`: what it says, and the exit codes that scripts rely on."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
import typer.main

from fixtures.database import Database
from fixtures.roles import Platform, free_port
from fixtures.shared_data import ROOT
from fleet.__main__ import app

DIFFERENCES, WRONG_USAGE, UNREACHABLE = 1, 2, 3
HEADER = "plate,imei,device_class,cost_centre,city,driver,driver_phone,make,model\n"


def commands(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command and group, as the words that call it."""
    inner = command.commands if isinstance(command, click.Group) else {}
    return [path, *(found for name, sub in inner.items() for found in commands(sub, (*path, name)))]


COMMANDS = commands(typer.main.get_command(app))


def fleet(database: Database | None, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `fleet …` to its end."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "JIMI_"))}
    environment |= database.environment if database else {}
    return subprocess.run(
        [sys.executable, "-m", "fleet", *words],
        env={**environment, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1", "TERMINAL_WIDTH": "200", **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def raw_rows(database: Database) -> int:
    return int(database.value("select count(*) from events.raw"))


@pytest.fixture
def vehicles(tmp_path: Path) -> Path:
    """A good file of two vehicles."""
    path = tmp_path / "vehicles.csv"
    path.write_text(
        HEADER
        + "KDA 001A,869999050001018,tracker,Fibre installs,Nairobi,Amina,+254700000001,Isuzu,D-Max\n"
        + "KDB 002B,,,Survey,Kampala,,,,\n"
    )
    return path


@pytest.fixture
def bad_vehicles(tmp_path: Path) -> Path:
    """A file with bad lines 3 and 5."""
    path = tmp_path / "bad.csv"
    path.write_text(HEADER + "KDA 001A,869999050001018\n,869999050001026\n\nKDB 002B,not-an-imei\nKDC 003C,\n")
    return path


@pytest.mark.parametrize("words", COMMANDS, ids=[" ".join(("fleet", *words)) for words in COMMANDS])
def test_every_command_explains_itself(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    told = CliRunner().invoke(app, [*words, "--help"])
    assert told.exit_code == 0
    assert "Usage" in told.output
    command = typer.main.get_command(app)
    for word in words:
        assert isinstance(command, click.Group)
        command = command.commands[word]
    assert command.help, "says what it does"


def test_the_installed_command_runs() -> None:
    told = fleet(None, "--help")
    assert told.returncode == 0
    assert {words[0] for words in COMMANDS if words} <= set(told.stdout.replace("│", " ").split())


def test_a_dry_run_counts_the_rows_and_appends_nothing(standing_csv: Database, vehicles: Path) -> None:
    before = raw_rows(standing_csv)
    told = fleet(standing_csv, "import", "csv", "vehicles", str(vehicles))
    assert told.returncode == 0
    assert told.stdout.startswith("2 good rows, 0 bad.")
    assert raw_rows(standing_csv) == before


def test_bad_rows_are_named_by_line_and_even_with_apply_nothing_is_appended(
    standing_csv: Database, bad_vehicles: Path
) -> None:
    before = raw_rows(standing_csv)
    for extra in ((), ("--apply",)):
        told = fleet(standing_csv, "import", "csv", "vehicles", str(bad_vehicles), *extra)
        assert told.returncode == DIFFERENCES
        assert [line.split(":")[0] for line in told.stderr.splitlines()] == ["line 3", "line 5"]
        assert "2 good rows, 2 bad." in told.stdout
    assert raw_rows(standing_csv) == before


def test_apply_appends_the_file_as_it_is_and_its_vehicles_are_known(platform: Platform, vehicles: Path) -> None:
    platform.worker()
    told = fleet(platform.database, "import", "csv", "vehicles", str(vehicles), "--apply")
    assert (told.returncode, told.stderr) == (0, "")
    ((source, topic, body, verified_by),) = platform.database.rows(
        "select source, topic, body, verified_by from events.raw"
    )
    assert (source, topic, verified_by) == ("csv", "vehicles", "operator")
    assert bytes(body) == vehicles.read_bytes()
    platform.wait_drained()
    assert platform.database.rows(
        "select (plate).value, (cost_centre).value, (city).value from domain.vehicles order by 1"
    ) == [("KDA 001A", "Fibre installs", "Nairobi"), ("KDB 002B", "Survey", "Kampala")]
    assert platform.database.rows(
        "select a.imei, (v.plate).value from domain.device_assignments a join domain.vehicles v using (vehicle_id)"
    ) == [("869999050001018", "KDA 001A")]
    assert fleet(platform.database, "import", "csv", "vehicles", str(vehicles), "--apply").returncode == 0
    platform.wait_drained()
    assert platform.database.value("select count(*) from domain.vehicles") == 2


def test_a_file_that_is_not_there_or_no_vehicles_file_is_refused(standing_csv: Database, tmp_path: Path) -> None:
    missing = fleet(standing_csv, "import", "csv", "vehicles", str(tmp_path / "missing.csv"))
    assert missing.returncode == DIFFERENCES
    assert "missing.csv: No such file" in missing.stderr
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    other = fleet(standing_csv, "import", "csv", "vehicles", str(tmp_path / "other.csv"))
    assert other.returncode == DIFFERENCES
    assert "plate" in other.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("no-such-command",),
        ("import", "csv", "tickets", "x.csv"),
        ("import", "json", "jimi", "x.json"),
        ("import", "csv"),
        ("gateway", "--no-such-option"),
        ("accounts", "add"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_2(standing_csv: Database, words: tuple[str, ...]) -> None:
    told = fleet(standing_csv, *words)
    assert told.returncode == WRONG_USAGE
    assert told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("role", ["gateway", "worker", "cron", "migrate"])
def test_a_role_without_its_settings_names_them_and_exits_with_2(role: str) -> None:
    told = fleet(None, role)
    assert told.returncode == WRONG_USAGE
    assert "DATABASE_" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("words", [("migrate",), ("accounts", "add", "X"), ("import", "csv", "vehicles")])
def test_with_the_database_away_the_exit_code_is_3(
    standing_csv: Database, vehicles: Path, words: tuple[str, ...]
) -> None:
    away = f"postgresql://fleet_owner:x@127.0.0.1:{free_port()}/fleet"
    extra = (str(vehicles), "--apply") if words[0] == "import" else ()
    told = fleet(standing_csv, *words, *extra, DATABASE_OWNER_URL=away, DATABASE_SUPERUSER_URL="")
    assert told.returncode == UNREACHABLE
    assert "The database does not answer" in told.stderr
    assert "Traceback" not in told.stderr


def test_an_account_is_added_once_and_then_brought_up_to_date(standing_csv: Database) -> None:
    for name, verdict in (("North", "added"), ("The north", "was there, brought up to date")):
        told = fleet(standing_csv, "accounts", "add", f"north={name}")
        assert (told.returncode, told.stdout) == (0, f"north: {verdict}.\n")
    assert standing_csv.rows("select name, polled from domain.accounts where code = 'north'") == [("The north", True)]


@pytest.mark.parametrize(
    ("scope", "password", "says"),
    [("read:all", "long-enough-password", "no such scope"), ("read:fleet", "short", "10 to 72 bytes")],
)
def test_a_login_with_a_bad_scope_or_password_is_refused(
    standing_csv: Database, scope: str, password: str, says: str
) -> None:
    told = fleet(standing_csv, "logins", "add", "someone", "--scope", scope, "--password", password)
    assert told.returncode == DIFFERENCES
    assert says in told.stderr
    assert standing_csv.value("select count(*) from auth.accounts where username = 'someone'") == 0


@pytest.fixture(scope="module")
def standing_csv(standing: Platform) -> Database:
    """The module's database."""
    return standing.database
