"""Smaller abilities: cells, temperature, cards, modules, answers to commands, and the platform's own messages. Pure."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from fleet.sandbox.alarm_words import PLATFORM_ALARMS
from fleet.sandbox.alertness import SPEEDING_KMH
from fleet.sandbox.roster import Device
from fleet.sandbox.signals import Alarm, AlarmCode, Fix, Heartbeat, Kind, Report, Session, Signal, Source
from fleet.sandbox.vendor_time import utc_text

TEMPERATURE_EVERY_S = 300.0
MODULE_A_BEAT = 1 / 40
ANSWER_A_BEAT = 1 / 400
MARGIN_KMH = 5.0


class Cells:
    """Where a place came from the cell network the cells are told as well."""

    def after(self, signal: Signal) -> Iterator[Signal]:
        if isinstance(signal, Fix) and signal.source is Source.LBS:
            area = 1200 + int(abs(signal.lat) * 10) % 90
            cell = 40_000 + int(abs(signal.lon) * 1000) % 9000
            cells = {"mcc": "639", "mnc": "2", "cellList": f"{area},{cell},62;{area},{cell + 1},55"}
            text = json.dumps(cells, separators=(",", ":"))
            yield _report(Kind.CELLS, signal, postType="LBS", lbsJson=text)


class Thermometer:
    """A cool box that is opened now and then."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._told_at = 0.0

    def after(self, signal: Signal) -> Iterator[Signal]:
        if isinstance(signal, Heartbeat) and signal.gate_at >= self._told_at + TEMPERATURE_EVERY_S:
            self._told_at = signal.gate_at
            degrees, humidity = self._rng.triangular(2, 9, 4.5), self._rng.randint(52, 71)
            yield _report(Kind.TEMPERATURE, signal, temperature=f"{degrees:.1f}", humidity=str(humidity))


class CardReader:
    """The driver shows his card when he starts the engine."""

    def after(self, signal: Signal) -> Iterator[Signal]:
        if isinstance(signal, Alarm) and signal.code is AlarmCode.IGNITION_ON:
            yield _report(Kind.CARD, signal, cardId=f"00{int(signal.imei[-6:]):06X}")


class Module:
    """A plug-in module whose bytes nobody has explained."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def after(self, signal: Signal) -> Iterator[Signal]:
        if isinstance(signal, Heartbeat) and self._rng.random() < MODULE_A_BEAT:
            yield _report(Kind.MODULE, signal, content=f"{self._rng.getrandbits(40):010X}")


class CommandAnswers:
    """Somebody asks a device for its status now and then; while it was away the answer comes when it is back."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def after(self, signal: Signal) -> Iterator[Signal]:
        if isinstance(signal, Session) and signal.online and self._rng.random() < 0.1:
            offline = {"code": "0", "msg": "success", "msgType": "2", "data": _answer(signal) | {"_code": "100"}}
            yield Report(Kind.OFFLINE_ANSWER, signal.imei, signal.gate_at, offline)
        if isinstance(signal, Heartbeat) and self._rng.random() < ANSWER_A_BEAT:
            item = {"code": 0, "msg": "success", "data": _answer(signal)}
            yield Report(Kind.COMMAND_ANSWER, signal.imei, signal.gate_at, item)
            raw = {
                "imei": signal.imei,
                "deviceName": signal.imei,
                "raw_data": f"7878{self._rng.getrandbits(32):08X}0D0A",
            }
            yield Report(Kind.RAW_ANSWER, signal.imei, signal.gate_at, raw)


class Relief:
    """Speeding is over: the alarm that said so is taken back."""

    def __init__(self) -> None:
        self._speeding = False

    def after(self, signal: Signal) -> Iterator[Signal]:
        if isinstance(signal, Alarm) and signal.code is AlarmCode.OVERSPEED:
            self._speeding = True
        if self._speeding and isinstance(signal, Fix) and signal.speed_kmh < SPEEDING_KMH - MARGIN_KMH:
            self._speeding = False
            yield Report(Kind.ALARM, signal.imei, signal.gate_at, _taken_back(signal, AlarmCode.OVERSPEED))


def _taken_back(fix: Fix, code: AlarmCode) -> dict[str, Any]:
    message = {
        "alertType": "removeAlarmType",
        "removeAlarmType": str(code.value[1]),
        "alarmTime": utc_text(fix.fixed_at),
        "lat": fix.lat,
        "lng": fix.lon,
        "gpsSpeed": round(fix.speed_kmh),
    }
    head = {"type": "DEVICE", "msgClass": 0, "imei": fix.imei, "gateTime": utc_text(fix.gate_at)}
    return head | {"msg": message}


class PlatformAlarms:
    """The platform's own word (family A) on some alarms, in its own codes."""

    TOLD = frozenset({AlarmCode.OVERSPEED, AlarmCode.FENCE_IN, AlarmCode.FENCE_OUT, AlarmCode.SOS})

    def __init__(self, device: Device) -> None:
        assert device.vehicle is not None
        self._name = device.vehicle.plate

    def after(self, signal: Signal) -> Iterator[Signal]:
        if isinstance(signal, Alarm) and signal.code in self.TOLD:
            code, name = PLATFORM_ALARMS[signal.code]
            item = {
                "imei": signal.imei,
                "deviceName": self._name,
                "alarmType": code,
                "alarmName": name,
                "lat": signal.fix.lat,
                "lng": signal.fix.lon,
                "alarmTime": utc_text(signal.gate_at),
            }
            yield Report(Kind.PLATFORM_ALARM, signal.imei, signal.gate_at, item)


def _answer(signal: Session | Heartbeat) -> dict[str, str]:
    return {
        "_imei": signal.imei,
        "_content": "Battery:4.1V,NORMAL; GPRS:Link Up; GSM Signal Level:Strong",
        "_msg": "STATUS#",
        "_serverFlagId": str(900_000 + int(signal.gate_at) % 100_000),
    }


def _report(kind: Kind, signal: Signal, **item: Any) -> Report:
    head = {"deviceImei": signal.imei, "gateTime": utc_text(signal.gate_at)}
    return Report(kind, signal.imei, signal.gate_at, head | item)
