"""What a device can do beside telling where it is. Pure.

Equipment listens to what its device told the gateway and adds to it, at the same moment.
"""

from collections.abc import Iterator
from random import Random
from typing import Protocol

from fleet.sandbox.cameras import Camera, Recorder
from fleet.sandbox.engine import Engine
from fleet.sandbox.roster import CAMERA, OBD_TRACKER, RECORDER, Device
from fleet.sandbox.sensors import CardReader, Cells, CommandAnswers, Module, PlatformAlarms, Relief, Thermometer
from fleet.sandbox.signals import Signal
from fleet.sandbox.timetable import Timetable


class Equipment(Protocol):
    """One ability of one device for one watch."""

    def after(self, signal: Signal) -> Iterator[Signal]:
        """What is told in consequence of `signal`, with its `gate_at`."""
        ...


def equipment_of(device: Device, timetable: Timetable, chances: str) -> list[Equipment]:
    """By model; motorcycles have no engine plug, thermometer or card reader. Each has chances of its own."""
    assert device.vehicle is not None

    def rng(ability: str) -> Random:
        return Random(f"{ability} {chances}")  # noqa: S311

    own: list[Equipment] = [Cells(), Relief(), CommandAnswers(rng("answers")), PlatformAlarms(device)]
    if device.model == CAMERA:
        return [*own, Camera(rng("camera"))]
    if device.model == RECORDER:
        return [*own, Recorder(rng("recorder"))]
    if device.vehicle.is_motorcycle:
        return own
    if device.model == OBD_TRACKER:
        return [*own, Engine(timetable, rng("engine"))]
    cool = device.model == "AT4"
    return [*own, CardReader(), Thermometer(rng("thermometer")) if cool else Module(rng("module"))]
