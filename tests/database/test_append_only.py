"""P2: what was received stays as it was, whoever asks and by whichever door."""

import psycopg
import pytest

from database.log_rows import seed_each_log_table
from fixtures.database import LOGINS, Database

LOG_TABLES = ("events.raw", "events.parsed", "events.rejected")
CHANGES = {
    "events.raw": "topic = 'other'",
    "events.parsed": "kind = 'other'",
    "events.rejected": "reason = 'other'",
}


@pytest.fixture(scope="module")
def log(standing_database: Database) -> Database:
    """A log with a row in each table."""
    seed_each_log_table(standing_database)
    with standing_database.connect("cron") as cron:
        cron.execute("select series.ensure_all(now())")
    return standing_database


def doors(log: Database, table: str) -> list[str]:
    """The table and each of its partitions."""
    rows = log.rows("select partition::text from series.partitions(%s) order by 1", table)
    return [table, *(name for (name,) in rows)]


def doors_to_rows(log: Database, table: str) -> list[str]:
    """Those of them behind which rows stand: row triggers speak only where there is a row."""
    return [door for door in doors(log, table) if log.value(f"select count(*) from {door}")]


@pytest.mark.parametrize("login", [*LOGINS, "superuser"])
@pytest.mark.parametrize("table", LOG_TABLES)
def test_no_login_changes_or_removes_a_row_of_the_log(log: Database, login: str, table: str) -> None:
    with_rows = doors_to_rows(log, table)
    assert len(with_rows) == 2, "the table and the partition of today"
    with log.connect(login) as db:
        for door in with_rows:
            for statement in (f"update {door} set {CHANGES[table]}", f"delete from {door}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    db.execute(statement)
        for door in doors(log, table):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute(f"truncate {door}")
    assert log.value(f"select count(*) from {table}") == 1


@pytest.mark.parametrize("table", LOG_TABLES)
def test_a_row_is_not_moved_into_another_partition(log: Database, table: str) -> None:
    with log.connect("owner") as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute(f"update {table} set received_at = received_at + interval '1 day'")


@pytest.mark.parametrize("table", LOG_TABLES)
def test_a_conflict_clause_is_no_way_to_change_a_row(log: Database, table: str) -> None:
    key = "(id, received_at)" if table == "events.raw" else "(received_at, raw_id, item, kind, parser_version)"
    key = "(received_at, raw_id, item, parser_version)" if table == "events.rejected" else key
    with log.connect("owner") as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute(f"insert into {table} select * from {table} on conflict {key} do update set {CHANGES[table]}")


def test_push_cannot_write_past_the_append_function(log: Database) -> None:
    with log.connect("push") as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute("insert into events.raw select * from events.raw")
