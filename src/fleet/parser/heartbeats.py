"""The kind `heartbeat`, pushed or read off a polled location."""

from collections.abc import Iterator
from datetime import datetime

from fleet.model import Fact
from fleet.parser.contracts.poll import PolledLocation
from fleet.parser.contracts.push import PushedHeartbeat
from fleet.parser.device_seen import or_sign_of_life
from fleet.parser.intake import Intake, Item, known_imei, present


def pushed_heartbeat(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """An item of /pushhb, at the gateway's time."""
    beat = PushedHeartbeat.model_validate(item)
    imei = known_imei(beat.imei)
    beat_at = yield from or_sign_of_life(item_no, imei, intake.received_at, lambda: intake.device_time(beat.gate_at))
    data = present(
        ignition=beat.ignition,
        battery_pct=beat.battery_pct,
        gsm_pct=beat.gsm_pct,
        external_power=beat.external_power,
        voltage_v=beat.voltage_v,
    )
    yield Fact(item_no, "heartbeat", imei, beat_at, data)


def polled_heartbeat(item_no: int, imei: str, heard_at: datetime, location: PolledLocation) -> Fact:
    """The heartbeat that a polled location tells of; its `gpsSignal` is a level of four, no percentage."""
    data = present(ignition=location.ignition, battery_pct=location.battery_pct, voltage_v=location.voltage_v)
    return Fact(item_no, "heartbeat", imei, heard_at, data)
