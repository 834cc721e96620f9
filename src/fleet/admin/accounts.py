"""Vendor accounts and people's logins, from the command line. Writes events.raw, domain.accounts and auth.accounts."""

from typing import Final

import psycopg

from fleet import clock
from fleet.admin.statements import Author, Statement
from fleet.auth.passwords import MAX_PASSWORD_BYTES
from fleet.errors import FleetError
from fleet.log.append import APPEND
from fleet.migrate import add_login, connect
from fleet.parser.ops import BUILT_IN_ACCOUNT

SCOPES = ("read:fleet", "write:ops", "admin:fleet")
SHORTEST_PASSWORD = 10
AT_THE_MACHINE: Final = Author("operator", "", "operator")


class AccountRefused(FleetError):
    """The account cannot be made as asked."""


def add_vendor_account(
    owner_url: str, code: str, name: str | None = None, *, polled: bool, author: Author = AT_THE_MACHINE
) -> bool:
    """A vendor account, or what is told of one that is there; without a name it keeps its own. True when it is new.

    It is stated in the log and holds at once, for cron and pushes want it before any worker has read the log; the
    worker's fold of the same statement changes nothing any more. Errors: AccountRefused.
    """
    if code == BUILT_IN_ACCOUNT:
        raise AccountRefused(f"The account {code} is built in and stays as it is.")
    stated_at = clock.now()
    with connect(owner_url) as owner, owner.transaction():
        is_new = owner.execute("select from domain.accounts where code = %s", (code,)).fetchone() is None
        platform = owner.execute("select serve.platform_account()").fetchone()
        told = {"polled": polled} | ({"name": name} if name else {})
        assert platform is not None
        entry = Statement.of("account.set", {"code": code}, told).entry(int(str(platform[0])), author, stated_at)
        owner.execute("select domain.tell_account(%s, %s, %s, %s)", (code, name, polled, stated_at))
        # Last: the append holds up every other append until the commit.
        owner.execute(APPEND, [[value] for value in entry])
    return is_new


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
