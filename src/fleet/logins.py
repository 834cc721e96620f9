"""The database logins, which belong to the whole server: each of its databases' migrators makes and changes them."""

import time
from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from fleet.config import MigrateSettings
from fleet.paths import SQL

Owner = psycopg.Connection[tuple[object, ...]]

COLLIDED: Final = (psycopg.errors.InternalError_, psycopg.errors.UniqueViolation, psycopg.errors.DuplicateObject)
"""What a change of a login comes to when the migrator of another database changes the same at that moment."""
ATTEMPTS: Final = 20
PAUSE_S: Final = 0.05
ALTER: Final = sql.SQL("alter role {} login password {}")

Result = TypeVar("Result")


def undisturbed(change: Callable[[], Result]) -> Result:
    """Make a change of logins again where somebody else made one at the same moment: no lock spans databases."""
    for attempt in range(1, ATTEMPTS):
        try:
            return change()
        except COLLIDED:
            time.sleep(PAUSE_S * attempt)
    return change()


def make_logins(owner: Owner) -> None:
    """One login a role, still without a password. Cluster-wide."""
    undisturbed(partial(owner.execute, (SQL / "roles.sql").read_bytes()))


def set_passwords(owner: Owner, settings: MigrateSettings) -> None:
    """Logins come alive with the passwords that their URLs carry."""
    for login in ("push", "reader", "session", "worker", "cron", "grafana"):
        url = getattr(settings, f"database_{login}_url")
        if url is None:
            continue
        parts = urlsplit(url.get_secret_value())
        name = unquote(parts.username or "")
        password = scrambled(owner, name, unquote(parts.password or ""))
        undisturbed(partial(owner.execute, ALTER.format(sql.Identifier(name), password)))


def scrambled(connection: Owner, login: str, password: str) -> sql.Literal:
    """A password as the server stores it, so that the plain one reaches neither its log nor its statistics."""
    return sql.Literal(connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode())
