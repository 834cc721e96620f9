"""`fleet migrate`: safe to repeat and to run twice at once; afterwards the database is what the files say."""

import os
import re
import secrets
import subprocess
import sys

import pytest
from tools.snapshot import SCHEMAS, SNAPSHOT, dump

from fixtures.database import Database, administer, run_migrate
from fixtures.shared_data import ROOT
from fleet.errors import FleetError
from fleet.local.cluster import Cluster
from fleet.local.server import find_server

SNAPSHOT_MAJOR = 15
SQL_FILES = {path: path.read_text() for path in (ROOT / "sql" / "functions").rglob("*.sql")}
MADE = re.compile(r"^create or replace (function|aggregate|view) ([a-z_]+)\.([a-z_0-9]+)", re.MULTILINE)


def functions(database: Database) -> dict[str, list[str]]:
    """The bodies of the functions of our schemas by name."""
    found: dict[str, list[str]] = {}
    for name, body in database.rows(
        "select format('%%s.%%s', nspname, proname), prosrc from pg_proc join pg_namespace n on n.oid = pronamespace"
        " where nspname = any(%s) order by 1, 2",
        list(SCHEMAS),
    ):
        found.setdefault(name, []).append(body)
    return found


def test_each_file_makes_what_its_path_says() -> None:
    for path, text in SQL_FILES.items():
        made = {(schema, name) for _, schema, name in MADE.findall(text)}
        assert made == {(path.parent.name, path.stem)}, path


def test_the_functions_of_the_database_are_those_of_the_files(standing_database: Database) -> None:
    in_files = {f"{path.parent.name}.{path.stem}": text for path, text in SQL_FILES.items()}
    views = {name for name, text in in_files.items() if MADE.findall(text)[0][0] == "view"}
    in_database = functions(standing_database)
    assert set(in_database) == set(in_files) - views
    for name, bodies in in_database.items():
        for body in bodies:
            assert body in in_files[name] or body == "aggregate_dummy", name


def test_migrating_again_changes_nothing(database: Database) -> None:
    def everything() -> list[object]:
        return [
            dump(database.url("superuser")),
            database.rows("select * from auth.push_credentials order by name"),
            database.rows("select auth_account_id, username, password_hash from auth.accounts"),
            database.rows("select account::text from domain.accounts account"),
            database.rows("select * from series.catalog order by table_name"),
            database.rows("select partition::text from series.catalog, series.partitions(table_name) order by 1"),
        ]

    before = everything()
    run_migrate(database)
    assert everything() == before


def test_a_function_that_no_file_makes_any_more_is_dropped(database: Database) -> None:
    with database.connect() as owner:
        owner.execute("create function serve.left_over() returns integer language sql as 'select 1'")
        owner.execute("create function serve.normalize_plate(integer) returns text language sql as $$ select '' $$")
    run_migrate(database)
    assert "serve.left_over" not in functions(database)
    assert len(functions(database)["serve.normalize_plate"]) == 1


def test_a_left_over_function_that_something_uses_stops_the_migration_and_changes_nothing(database: Database) -> None:
    with database.connect() as owner:
        owner.execute("create function serve.left_over() returns integer language sql as 'select 1'")
        owner.execute("create view serve.user_of_it as select serve.left_over()")
    with pytest.raises(FleetError, match="left_over"):
        run_migrate(database)
    assert "serve.left_over" in functions(database)


def test_two_migrators_at_once_both_succeed(cluster: Cluster, standing_database: Database) -> None:
    database = Database(f"fleet_{secrets.token_hex(4)}", cluster)
    administer(cluster, "create database {}", database.name)
    environment = {**os.environ, **database.environment, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "fleet", "migrate"]
    both = [
        subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=60)[0].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert dump(database.url("superuser")) == dump(standing_database.url("superuser"))
    assert database.value("select count(*) from auth.accounts") == 1
    administer(cluster, "drop database {} with (force)", database.name)


def test_the_snapshot_is_the_schema_of_a_fresh_database(standing_database: Database) -> None:
    major = standing_database.value("select current_setting('server_version_num')::int / 10000")
    if find_server().has_timescale or major != SNAPSHOT_MAJOR:
        pytest.skip(f"the snapshot is taken on PostgreSQL {SNAPSHOT_MAJOR} with native partitions")
    assert SNAPSHOT.read_text() == dump(standing_database.url("superuser")), "write it anew: make snapshot"


def test_a_function_whose_columns_have_changed_is_made_anew_with_what_hangs_on_it(database: Database) -> None:
    with database.connect() as owner:
        owner.execute("drop function serve.fn_live_dedup cascade")
        owner.execute(
            "create function serve.fn_live_dedup(as_of timestamptz) returns table (plate text)"
            " language sql as $$ select 'as it was' $$"
        )
        owner.execute("create view serve.v_live_dedup as select * from serve.fn_live_dedup(now())")
    run_migrate(database)
    assert database.value("select count(*) from serve.v_live_dedup where vehicle_id is not null") == 0
