"""Where the devices of an account are now. Devices without a position are simply left out of the answer."""

from fleet.cron.memory import PolledAccount
from fleet.cron.run import Desk, Run
from fleet.jimi.methods import LOCATION_LIST

NAME = "live_positions"


async def poll(desk: Desk, account: PolledAccount) -> int:
    """One listing; remembers who was in it. Returns its rows."""
    run = Run(desk)
    answer = await run.ask(LOCATION_LIST, account, {"target": account.code})
    desk.heard[account.code] = frozenset(str(row.get("imei")) for row in answer.rows if isinstance(row, dict))
    return run.rows
