"""The environment of each process of a local run: one login for each job, and no more than that."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from fleet.config import (
    CronSettings,
    GatewaySettings,
    MigrateSettings,
    SandboxSettings,
    Settings,
    WorkerSettings,
)
from fleet.errors import DatabaseUnavailable
from fleet.local.credentials import DATABASE_LOGINS, password_key

DATABASE = "fleet"
SETTINGS_OF_ROLE: Mapping[str, type[Settings]] = {
    "gateway": GatewaySettings,
    "worker": WorkerSettings,
    "cron": CronSettings,
    "sandbox": SandboxSettings,
}


def _keys(settings: type[Settings]) -> set[str]:
    return {name.upper() for name in settings.model_fields}


EVERY_KEY = _keys(MigrateSettings).union(*map(_keys, SETTINGS_OF_ROLE.values()))


@dataclass(frozen=True)
class Logins:
    """The URLs of the database `fleet`: of every login, and of a superuser where we have one."""

    superuser: str | None
    by_name: Mapping[str, str]

    def environment(self) -> dict[str, str]:
        """The database settings as environment variables."""
        urls = {f"DATABASE_{name.upper()}_URL": url for name, url in self.by_name.items()}
        urls["DATABASE_DIRECT_URL"] = self.by_name["worker"]
        return urls | ({"DATABASE_SUPERUSER_URL": self.superuser} if self.superuser else {})

    def for_scripts(self) -> dict[str, str]:
        """What `.fleet/up.json` shows."""
        names = ("owner", "push", "reader", "session", "worker", "cron")
        return {name: self.by_name[name] for name in names} | {"direct": self.by_name["worker"]}


def logins(server_url: str, secrets: Mapping[str, str]) -> Logins:
    """The logins on a server, whose database is made when missing. Errors: DatabaseUnavailable."""
    parts = urlsplit(server_url)
    name = parts.path.lstrip("/") or DATABASE
    target = parts._replace(path=f"/{name}")
    is_superuser = _ensure_database(parts._replace(path="/postgres").geturl(), target.geturl(), name)
    place = (parts.netloc.rpartition("@")[2], quote(name), f"?{parts.query}" if parts.query else "")
    urls = {login: _login_url(login, secrets[password_key(login)], *place) for login in DATABASE_LOGINS}
    if not is_superuser:
        urls["owner"] = target.geturl()
    return Logins(target.geturl() if is_superuser else None, urls)


def _login_url(login: str, password: str, host: str, database: str, query: str) -> str:
    return f"postgresql://fleet_{login}:{password}@{host}/{database}{query}"


def _ensure_database(maintenance_url: str, target_url: str, name: str) -> bool:
    """Make the database unless it is there; True when the login is a superuser."""
    try:
        try:
            return _is_superuser(target_url)
        except psycopg.OperationalError as refused:
            if "does not exist" not in str(refused):
                raise
        with psycopg.connect(maintenance_url, autocommit=True, connect_timeout=10) as connection:
            connection.execute(
                sql.SQL("create database {} template template0 encoding 'UTF8'").format(sql.Identifier(name))
            )
        return _is_superuser(target_url)
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise DatabaseUnavailable(f"The database server cannot be used: {reason}. Check the --dsn.") from error


def _is_superuser(url: str) -> bool:
    with psycopg.connect(url, connect_timeout=10) as connection:
        row = connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
    return bool(row and row[0])


def owner_environment(secrets: Mapping[str, str], urls: Logins) -> dict[str, str]:
    """For the commands of the owner (migrate, accounts, import): every setting, above what the user has set."""
    user = {key: value for key, value in os.environ.items() if not key.startswith("DATABASE_")}
    settings = {key: value for key, value in secrets.items() if key in EVERY_KEY}
    return user | settings | urls.environment()


def role_environment(role: str, secrets: Mapping[str, str], urls: Logins) -> dict[str, str]:
    """For a long-running process: of all settings only those that it reads."""
    others = EVERY_KEY - _keys(SETTINGS_OF_ROLE[role])
    everything = owner_environment(secrets, urls)
    return {key: value for key, value in everything.items() if key not in others}
