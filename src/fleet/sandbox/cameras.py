"""Dash cameras (Jimi protocol) and recorders (MDVR, JT/T 808): what they see, film and upload. Pure."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from fleet.sandbox.signals import Alarm, AlarmCode, Fix, Heartbeat, Kind, Report, Signal
from fleet.sandbox.vendor_time import utc_text

SEEN_BY_CAMERA = (AlarmCode.PHONE_CALL, AlarmCode.SMOKING, AlarmCode.YAWNING)
SEEN_BY_RECORDER = (AlarmCode.RECORDER_TOO_CLOSE, AlarmCode.RECORDER_FATIGUE, AlarmCode.RECORDER_BRAKING)
CHANCE_A_FIX = 1 / 150
FAST_KMH = 25.0
UPLOADED_AFTER_S = 30.0
RECORDING_EVERY_S = 600.0


class Camera:
    """Sees the driver do what he should not, and uploads two films of it within a minute or so."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._waiting: list[Alarm] = []

    def after(self, signal: Signal) -> Iterator[Signal]:
        if not isinstance(signal, Fix | Heartbeat):
            return
        while self._waiting and self._waiting[0].gate_at + UPLOADED_AFTER_S <= signal.gate_at:
            yield from _uploaded(self._waiting.pop(0), signal.gate_at, self._rng)
        if isinstance(signal, Fix) and signal.speed_kmh > FAST_KMH and self._rng.random() < CHANCE_A_FIX:
            name = f"EVENT_{signal.imei}_{int(signal.fixed_at)}"
            code = self._rng.choice(SEEN_BY_CAMERA)
            alarm = Alarm(code, signal, signal.gate_at, files=(f"{name}_I.mp4", f"{name}_O.mp4"))
            self._waiting.append(alarm)
            yield alarm


class Recorder:
    """Gives JT/T 808 alarms, lists what it has recorded, uploads films and passes odd bytes on."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._listed_at = 0.0

    def after(self, signal: Signal) -> Iterator[Signal]:
        if isinstance(signal, Heartbeat) and signal.gate_at >= self._listed_at + RECORDING_EVERY_S:
            self._listed_at = signal.gate_at
            yield from _listed(signal, self._rng)
        if isinstance(signal, Fix) and signal.speed_kmh > FAST_KMH and self._rng.random() < CHANCE_A_FIX:
            yield Alarm(self._rng.choice(SEEN_BY_RECORDER), signal, signal.gate_at)
            yield from _handed_in(signal)


def _uploaded(alarm: Alarm, gate_at: float, rng: Random) -> Iterator[Signal]:
    gate = utc_text(gate_at)
    result = "SUCCESS" if rng.random() < 0.95 else "FAILURE"
    item: dict[str, Any] = {"fileName": ";".join(alarm.files), "gateTime": gate, "result": result}
    yield _report(Kind.FILE, alarm.imei, gate_at, **item)
    if rng.random() < 0.3:
        callback = {
            "imei": alarm.imei,
            "filename": alarm.files[0].replace("_I.mp4", ".jpg"),
            "businessType": "1",
            "camera": "0",
            "mimeType": "image/jpeg",
            "lat": f"{alarm.fix.lat:.5f}",
            "lng": f"{alarm.fix.lon:.5f}",
            "alarmTime": utc_text(alarm.fix.fixed_at),
            "instructionId": str(810_000 + int(gate_at) % 10_000),
        }
        yield Report(Kind.UPLOAD, alarm.imei, gate_at, callback)


def _handed_in(fix: Fix) -> Iterator[Signal]:
    """A film by FTP, with the media pipeline's word on it."""
    gate = utc_text(fix.gate_at)
    content = json.dumps({"fileName": f"EVENT_{fix.imei}_{int(fix.fixed_at)}.mp4"}, separators=(",", ":"))
    # This one has its time as a number.
    event: dict[str, Any] = {
        "gateTime": int(fix.gate_at),
        "eventType": "UploadAlarmFileEnd",
        "eventContent": content,
    }
    yield _report(Kind.HUB_EVENT, fix.imei, fix.gate_at, **event)
    upload = {"result": "0", "instructionID": str(810_000 + int(fix.gate_at) % 10_000), "gateTime": gate}
    yield _report(Kind.FTP_FILE, fix.imei, fix.gate_at, **upload)


def _listed(beat: Heartbeat, rng: Random) -> Iterator[Signal]:
    gate_at = beat.gate_at
    recording: dict[str, Any] = {
        "channel": 1,
        "beginTime": utc_text(gate_at - RECORDING_EVERY_S),
        "endTime": utc_text(gate_at),
        "alarmFlag": 0,
        "resourceType": 0,
    }
    yield _report(Kind.RECORDING, beat.imei, gate_at, **recording)
    hexadecimal = f"{rng.getrandbits(32):08X}"
    gate = utc_text(gate_at)
    yield _report(Kind.TERMINAL, beat.imei, gate_at, postTime=gate, extensionId=8197, content=hexadecimal)
    yield _report(Kind.PASS_THROUGH, beat.imei, gate_at, gateTime=gate, content=f"7E0900{hexadecimal}7E")
    # No source shows the fields of these three.
    for kind in (Kind.FACES, Kind.EXTENDED, Kind.BLUETOOTH):
        if rng.random() < 0.2:
            yield _report(kind, beat.imei, gate_at, gateTime=gate, content=hexadecimal)


def _report(kind: Kind, imei: str, gate_at: float, **item: Any) -> Report:
    return Report(kind, imei, gate_at, {"deviceImei": imei, **item})
