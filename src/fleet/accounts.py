"""Vendor accounts and people's logins, from the command line. Writes domain.accounts and auth.accounts."""

import psycopg

from fleet.auth.passwords import MAX_PASSWORD_BYTES
from fleet.errors import FleetError
from fleet.migrate import add_login, connect

SCOPES = ("read:fleet", "write:ops", "admin:fleet")
SHORTEST_PASSWORD = 10


class AccountRefused(FleetError):
    """The account cannot be made as asked."""


def add_vendor_account(owner_url: str, code: str, name: str, *, polled: bool) -> bool:
    """A vendor account, or what changed of it; cron polls it from then on. True when it is new."""
    with connect(owner_url) as owner:
        row = owner.execute(
            """insert into domain.accounts (code, name, polled) values (%s, %s, %s)
               on conflict (code) do update set name = excluded.name, polled = excluded.polled
               returning xmax = 0""",
            (code, name, polled),
        ).fetchone()
    return bool(row and row[0])


def add_person(owner_url: str, username: str, password: str, scopes: list[str]) -> None:
    """A person's login. Errors: AccountRefused."""
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown:
        raise AccountRefused(f"{', '.join(unknown)}: no such scope. Known: {', '.join(SCOPES)}.")
    if not SHORTEST_PASSWORD <= len(password.encode()) <= MAX_PASSWORD_BYTES:
        raise AccountRefused(f"A password has {SHORTEST_PASSWORD} to {MAX_PASSWORD_BYTES} bytes.")
    with connect(owner_url) as owner:
        try:
            add_login(owner, username, password, scopes)
        except psycopg.errors.UniqueViolation:
            raise AccountRefused(f"{username}: the name is taken.") from None
