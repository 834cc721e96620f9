"""Brings a database to what this code needs: migrations, functions, grants, logins, partitions, seeds.

One migrator at a time (advisory lock); the others wait. Owns no table; seeds auth.accounts,
auth.push_credentials and domain.accounts of a fresh install.
"""

import hashlib
import os
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import bcrypt
import psycopg
from cryptography.fernet import Fernet, MultiFernet
from psycopg import sql

from fleet.config import MigrateSettings
from fleet.db import first_line
from fleet.errors import DatabaseUnavailable, FleetError
from fleet.logins import make_logins, scrambled, set_passwords, undisturbed
from fleet.observe import log
from fleet.paths import NODE_MODULES, ROOT, SQL

DBMATE = NODE_MODULES / ".bin" / "dbmate"


class ShapeChanged(Exception):
    """A function or view whose columns have changed cannot be replaced, only dropped and made again."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


SyncConnection = psycopg.Connection[tuple[object, ...]]


class MigrationFailed(FleetError):
    """A migration or function could not be applied; nothing of it was kept."""


def migrate(settings: MigrateSettings) -> None:
    """All of it, and again without harm. Errors: MigrationFailed, DatabaseUnavailable."""
    owner_url = settings.database_owner_url.get_secret_value()
    if settings.database_superuser_url:
        bootstrap(settings.database_superuser_url.get_secret_value(), owner_url)
    with connect(owner_url) as owner:
        owner.execute("select pg_advisory_lock(4201, 3)")
        make_logins(owner)
        set_passwords(owner, settings)
        owner.execute("create schema if not exists series")
        load_functions(owner, SQL / "functions" / "series", check=False)
        run_dbmate(owner_url)
        replay_functions(owner, frozenset())
        owner.execute("select events.note_newest_facts()")  # of calls of older functions that were under way
        seed(owner, settings)
        owner.execute(
            "update series.catalog set starts_at = least(starts_at, %s) where starts_at is not null",
            (settings.min_device_time,),
        )
        made = owner.execute("select series.ensure_all(now())").fetchone()
    log.info("migrated", partitions_made=made[0] if made else 0)


def connect(url: str) -> SyncConnection:
    """A connection in autocommit, UTC. Errors: DatabaseUnavailable."""
    try:
        return psycopg.connect(url, autocommit=True, options="-c timezone=UTC -c client_min_messages=warning")
    except psycopg.OperationalError as refused:
        raise DatabaseUnavailable(f"The database does not answer: {first_line(refused)}") from refused


def bootstrap(superuser_url: str, owner_url: str) -> None:
    """What only a superuser can do: the owner's login, extensions, advisory locks kept to the owner."""
    owner = urlsplit(owner_url)
    name = sql.Identifier(unquote(owner.username or ""))
    with connect(superuser_url) as superuser:
        superuser.execute("select pg_advisory_lock(4201, 3)")
        known = superuser.execute(
            "select from pg_roles where rolname = %s", (unquote(owner.username or ""),)
        ).fetchone()
        verb = sql.SQL("alter" if known is not None else "create")
        password = scrambled(superuser, unquote(owner.username or ""), unquote(owner.password or ""))
        make = sql.SQL("{} role {} login createrole password {}").format(verb, name, password)
        undisturbed(lambda: superuser.execute(make))
        database = sql.Identifier(owner.path.lstrip("/"))
        superuser.execute(sql.SQL("alter database {} owner to {}").format(database, name))
        run_file(superuser, SQL / "bootstrap.sql")


def run_file(connection: SyncConnection, path: Path) -> None:
    """Execute one SQL file. Errors: MigrationFailed naming the file."""
    try:
        connection.execute(path.read_bytes())
    except psycopg.Error as failed:
        raise MigrationFailed(f"{path.relative_to(ROOT)}: {failed}") from failed


def replay_functions(owner: SyncConnection, changed: frozenset[str]) -> None:
    """Functions, views and grants as the files have them, all in one transaction.

    What cannot be replaced because its columns have changed is dropped first, in a second attempt: dropping
    everything each time would fail the calls that are under way.
    """
    try:
        with owner.transaction():
            for name in changed:
                drop_object(owner, name)
            load_functions(owner, SQL / "functions", check=False)
            load_functions(owner, SQL / "functions", check=True)
            run_file(owner, SQL / "drop_stale.sql")
            run_file(owner, SQL / "triggers.sql")
            run_file(owner, SQL / "grants.sql")
            owner.execute("select events.note_newest_facts()")
    except ShapeChanged as another:
        if another.name in changed:
            raise MigrationFailed(f"{another.name}: {another.__cause__}") from another
        replay_functions(owner, changed | {another.name})


def load_functions(connection: SyncConnection, folder: Path, *, check: bool) -> None:
    """Replay every function file; views last. Twice (unchecked, then checked) makes order irrelevant."""
    connection.execute(f"set check_function_bodies = {'on' if check else 'off'}")
    files = sorted(folder.rglob("*.sql"), key=lambda path: (path.name.startswith("v_"), path))
    for path in files:
        try:
            connection.execute(path.read_bytes())
        except (psycopg.errors.InvalidFunctionDefinition, psycopg.errors.InvalidTableDefinition) as changed:
            raise ShapeChanged(f"{path.parent.name}.{path.stem}") from changed
        except psycopg.Error as failed:
            raise MigrationFailed(f"{path.relative_to(ROOT)}: {failed}") from failed


def drop_object(connection: SyncConnection, name: str) -> None:
    """Drop a view or function of ours with what hangs on it; the same replay makes all of it again."""
    schema, _, relation = name.partition(".")
    connection.execute(sql.SQL("drop view if exists {} cascade").format(sql.Identifier(schema, relation)))
    for (signature,) in connection.execute(
        "select oid::regprocedure::text from pg_proc where pronamespace = %s::regnamespace and proname = %s",
        (schema, relation),
    ).fetchall():
        connection.execute(f"drop function {signature} cascade".encode())


def run_dbmate(owner_url: str) -> None:
    """Forward migrations. dbmate takes no lock of its own: we hold one."""
    parts = urlsplit(owner_url)
    query = parts.query if "sslmode" in parts.query else "&".join(filter(None, (parts.query, "sslmode=disable")))
    done = subprocess.run(  # noqa: S603
        [str(DBMATE), "--no-dump-schema", "--migrations-dir", str(SQL / "migrations"), "up"],
        env={**os.environ, "DATABASE_URL": urlunsplit(parts._replace(scheme="postgres", query=query))},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise MigrationFailed(f"dbmate: {done.stderr.strip() or done.stdout.strip()}")


def seed(owner: SyncConnection, settings: MigrateSettings) -> None:
    """First administrator and push credentials of a fresh install; what is there is left alone."""
    if owner.execute("select from auth.accounts limit 1").fetchone() is None:
        add_login(
            owner,
            settings.admin_username,
            settings.admin_password.get_secret_value(),
            ["read:fleet", "write:ops", "admin:fleet"],
        )
    keys = MultiFernet([Fernet(key.strip()) for key in settings.secrets_key.get_secret_value().split(",")])
    for source, secret in (
        ("jimi", settings.jimi_push_token),
        ("jimi-a", settings.jimi_push_url_secret),
        ("hr", settings.hr_push_secret),
        ("fuel", settings.fuel_push_secret),
    ):
        value = secret.get_secret_value().encode()
        signs = source in ("hr", "fuel")
        owner.execute(
            """insert into auth.push_credentials (name, source, secret_sha256, sealed_key, account_id)
               select %s, %s, %s, %s, account_id from domain.accounts where code = 'platform'
               on conflict (name) do nothing""",
            (
                source,
                source,
                None if signs else hashlib.sha256(value).digest(),
                keys.encrypt(value).decode() if signs else None,
            ),
        )


def add_login(owner: SyncConnection, username: str, password: str, scopes: list[str]) -> None:
    """A person's account. Errors: psycopg.errors.UniqueViolation when the name is taken."""
    hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt()).decode()
    owner.execute(
        "insert into auth.accounts (username, password_hash, scopes) values (lower(%s), %s, %s)",
        (username, hashed, scopes),
    )
