"""What the device list leaves out (driver, plate, SIM): one call a device, for those not asked about lately."""

from fleet import clock
from fleet.cron.memory import PolledAccount
from fleet.cron.polls.each import for_each_device
from fleet.cron.run import Desk, Run
from fleet.jimi.methods import DEVICE_DETAIL, questions

NAME = "device_detail"
LOOK_EVERY_S = 600
"""New devices are looked for so often; a device itself is asked about each POLL_DEVICE_DETAIL_S."""


async def poll(desk: Desk, account: PolledAccount) -> int:
    """The details that are due. Returns the rows. Errors: CannotBegin, UpstreamError."""
    imeis = await desk.devices(account)
    asked = await desk.memory.watermarks(NAME, account)
    now = clock.now()
    run = Run(desk)

    async def ask_about(imei: str) -> None:
        for question in questions(DEVICE_DETAIL, [imei]):
            await run.ask_whole(question, account)
        if imei in run.refused:
            return
        await desk.memory.move_watermark(NAME, account, clock.now(), imei)

    due = [
        imei for imei in desk.awake(DEVICE_DETAIL, imeis) if imei not in asked or now - asked[imei] > desk.detail_age
    ]
    await for_each_device(desk, DEVICE_DETAIL, due, ask_about)
    run.check_anybody(due)
    desk.let_rest(DEVICE_DETAIL, run.refused)
    return run.rows
