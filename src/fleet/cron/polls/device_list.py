"""The devices of all accounts, as one run: only when every account has answered does an absence mean anything."""

from collections.abc import Sequence

from fleet.cron.memory import PolledAccount
from fleet.cron.polls.each import for_each
from fleet.cron.run import Desk, Run
from fleet.jimi.methods import DEVICE_LIST

NAME = "device_list"


async def poll(desk: Desk, accounts: Sequence[PolledAccount]) -> int:
    """One listing an account. Returns the rows."""
    run = Run(desk, targets=accounts)

    async def ask_about(account: PolledAccount) -> None:
        await run.ask(DEVICE_LIST, account, {"target": account.code})

    await for_each(accounts, ask_about)
    return run.rows
