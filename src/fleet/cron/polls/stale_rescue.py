"""Asks by IMEI for the devices that are expected and were absent from the last listing of live positions."""

from fleet.cron.memory import PolledAccount
from fleet.cron.run import Desk, Run
from fleet.jimi.methods import LOCATION_GET, questions

NAME = "stale_rescue"


async def poll(desk: Desk, account: PolledAccount) -> int | None:
    """The rows found; None while there is no listing to compare with."""
    heard = desk.heard.get(account.code)
    if heard is None:
        return None
    absent = [imei for imei in await desk.memory.devices(account) if imei not in heard]
    run = Run(desk)
    for question in questions(LOCATION_GET, absent):
        await run.ask_whole(question, account)
    return run.rows
