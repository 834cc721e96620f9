"""Asks by IMEI for the devices that are expected and were absent from the last listing of live positions."""

from fleet.cron.jobs import CannotBegin
from fleet.cron.memory import PolledAccount
from fleet.cron.run import Desk, Run
from fleet.jimi.methods import LOCATION_GET, questions

NAME = "stale_rescue"


async def poll(desk: Desk, account: PolledAccount) -> int:
    """The rows found. Errors: CannotBegin while there is no listing to compare with, UpstreamError."""
    heard = desk.heard.get(account.code)
    if heard is None:
        raise CannotBegin("There is no listing of live positions yet to compare with.")
    expected = desk.awake(LOCATION_GET, await desk.memory.devices(account))
    absent = [imei for imei in expected if imei not in heard]
    run = Run(desk)
    for question in questions(LOCATION_GET, absent):
        await run.ask_whole(question, account)
    run.check_anybody(absent)
    desk.let_rest(LOCATION_GET, run.refused)
    return run.rows
