"""What polls know and must not forget: whom to ask about, how far they came. Owns events.poll_watermarks.

Writes domain.accounts too, but only candidates: accounts that the walk of the vendor's tree came by.
"""

from dataclasses import dataclass
from datetime import datetime

from psycopg_pool import AsyncConnectionPool

from fleet.db import Connection, borrowed


@dataclass(frozen=True, slots=True)
class PolledAccount:
    """An account that is asked about; `code` is its name upstream."""

    account_id: int
    code: str


class PollMemory:
    """The database's side of the polls; each method is one statement."""

    def __init__(self, pool: AsyncConnectionPool[Connection]) -> None:
        self._pool = pool

    async def polled_accounts(self) -> list[PolledAccount]:
        """The accounts that an operator wants polled."""
        async with borrowed(self._pool) as db:
            rows = await db.execute("select account_id, code from domain.accounts where polled order by code")
            return [PolledAccount(*row) for row in await rows.fetchall()]

    async def platform_account(self) -> int:
        """The account of what no vendor account is the owner of."""
        async with borrowed(self._pool) as db:
            rows = await db.execute("select account_id from domain.accounts where code = 'platform'")
            ((account_id,),) = await rows.fetchall()
            return int(account_id)

    async def devices(self, account: PolledAccount) -> list[str]:
        """IMEIs of an account's devices that are expected to report."""
        async with borrowed(self._pool) as db:
            rows = await db.execute("select imei from domain.devices_to_poll(%s)", (account.account_id,))
            return [imei for (imei,) in await rows.fetchall()]

    async def watermarks(self, job: str, account: PolledAccount) -> dict[str, datetime]:
        """How far a job has come, by IMEI or, for the account as a whole, under the empty text."""
        async with borrowed(self._pool) as db:
            rows = await db.execute(
                "select subject, reached_at from events.read_poll_watermarks(%s, %s)", (job, account.account_id)
            )
            return dict(await rows.fetchall())

    async def move_watermark(self, job: str, account: PolledAccount, reached: datetime, subject: str = "") -> None:
        """Call it when the answers up to there are in the log, and not before."""
        async with borrowed(self._pool) as db:
            await db.execute(
                "select events.move_poll_watermark(%s, %s, %s, %s)", (job, account.account_id, subject, reached)
            )

    async def enter_devices(self, job: str, account: PolledAccount, imeis: list[str], since: datetime) -> None:
        """These are the devices that a job asks about; one that comes to others gets a watermark of its own."""
        async with borrowed(self._pool) as db:
            await db.execute(
                "select events.enter_polled_devices(%s, %s, %s, %s)", (job, account.account_id, imeis, since)
            )

    async def forget_watermark(self, job: str, account: PolledAccount, subject: str) -> None:
        """A device that lagged behind has caught up with its account."""
        async with borrowed(self._pool) as db:
            await db.execute("select events.forget_poll_watermark(%s, %s, %s)", (job, account.account_id, subject))

    async def note_found(self, code: str, name: str, parent: str | None) -> PolledAccount:
        """An account of the vendor's tree, with the id under which its answers are kept."""
        async with borrowed(self._pool) as db:
            rows = await db.execute("select domain.note_found_account(%s, %s, %s)", (code, name, parent))
            row = await rows.fetchone()
        assert row is not None
        return PolledAccount(row[0], code)
