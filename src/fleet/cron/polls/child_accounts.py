"""Walks the vendor's account tree, one listing of direct children after the other; what it finds is a candidate."""

from collections import deque
from collections.abc import Sequence

from fleet.cron.memory import PolledAccount
from fleet.cron.polls.each import for_each
from fleet.cron.run import Desk, Run
from fleet.jimi.methods import CHILD_LIST

NAME = "child_accounts"
MOST_ACCOUNTS = 500


async def poll(desk: Desk, accounts: Sequence[PolledAccount]) -> int:
    """From the root and from every polled account down. Returns the rows."""
    run = Run(desk)
    known = {account.code: account for account in accounts}
    if desk.root not in known:
        known[desk.root] = await desk.memory.note_found(desk.root, "", None)
    waiting = deque(known.values())

    async def ask_about(account: PolledAccount) -> None:
        answer = await run.ask(CHILD_LIST, account, {"target": account.code})
        for row in answer.rows:
            if isinstance(row, dict) and (code := str(row.get("account") or "").strip()):
                child = await desk.memory.note_found(code, str(row.get("name") or ""), account.code)
                if code not in known and len(known) < MOST_ACCOUNTS:
                    known[code] = child
                    waiting.append(child)

    while waiting:
        level, waiting = waiting, deque[PolledAccount]()
        await for_each(level, ask_about)
    return run.rows
