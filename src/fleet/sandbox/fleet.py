"""The simulated fleet as a whole: signals in order of time, and the truth about any moment. Pure.

`Fleet.advance` may be called at any pace: the same seed and start give the same signals.
"""

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from fleet.sandbox.device import Habits, Seen, SimulatedDevice
from fleet.sandbox.errands import ALWAYS, Errands, WorkingHours
from fleet.sandbox.geometry import LatLon, distance_m
from fleet.sandbox.journey import Planner
from fleet.sandbox.motion import Motion
from fleet.sandbox.network import RoadNetwork
from fleet.sandbox.retrace import Retrace
from fleet.sandbox.roster import Device, Vehicle, devices, vehicles
from fleet.sandbox.signals import Session, Signal
from fleet.sandbox.timetable import Timetable
from fleet.sandbox.trace import Trace
from fleet.sandbox.watches import SINCE_S, WATCH_S, Life

PLACES_A_CITY = 64


@dataclass(frozen=True, slots=True)
class FleetPlan:
    """What makes one fleet differ from another.

    A vehicle drives on the network that is named like its city, or on the first. `traces` are driven by the
    first vehicles, one each.
    """

    vehicles: int
    seed: int
    start: datetime
    networks: Sequence[RoadNetwork]
    hours: WorkingHours = ALWAYS
    traces: Sequence[Trace] = ()


@dataclass(frozen=True, slots=True)
class _Ground:
    """A network with the places that work is done at."""

    network: RoadNetwork
    places: Sequence[int]


class Fleet:
    """Vehicles on their journeys and the devices that report them.

    To begin with every device that has the signal signs in and repeats its latest fix.
    """

    def __init__(self, plan: FleetPlan) -> None:
        self.now = plan.start.timestamp()
        self._plan = plan
        self.vehicles = vehicles(plan.vehicles, plan.seed)
        self.devices: list[Device] = devices(self.vehicles, plan.seed)
        self._by_imei = {device.imei: device for device in self.devices}
        grounds = {network.name: _Ground(network, _places(network, plan.seed)) for network in plan.networks}
        self._timetables = {
            vehicle.plate: self._timetable(number, vehicle, grounds) for number, vehicle in enumerate(self.vehicles)
        }
        since = self.now - WATCH_S - SINCE_S
        self._journeys = {plate: timetable.journey(since) for plate, timetable in self._timetables.items()}
        self._lives = {device.imei: self._life(device) for device in self.devices if device.vehicle}
        self._seen = {imei: Seen() for imei in self._lives}
        self._queue = [
            (device.due, number, device) for number, device in enumerate(map(self._caught_up, self._lives.values()))
        ]
        heapq.heapify(self._queue)
        self._opening = [signal for seen in self._seen.values() for signal in _greeting(seen, self.now)]

    def advance(self, to: datetime) -> list[Signal]:
        """Everything that reached the gateway until `to`, in order of `gate_at`."""
        until = to.timestamp()
        signals, self._opening = self._opening, []
        while self._queue and self._queue[0][0] <= until:
            _, number, device = self._queue[0]
            signals += device.perform()
            if device.is_over:
                device = self._on_watch(self._lives[device.device.imei], device.due)
            heapq.heapreplace(self._queue, (device.due, number, device))
        self.now = max(self.now, until)
        return signals

    def device(self, imei: str) -> Device | None:
        """The device of that IMEI, spares included."""
        return self._by_imei.get(imei)

    def life(self, imei: str) -> Life | None:
        """The past and present of a device; None for spares."""
        return self._lives.get(imei)

    def seen(self, imei: str) -> Seen | None:
        """What the vendor knows of a device at the moment; None for spares."""
        return self._seen.get(imei)

    def truth(self, at: datetime) -> dict[str, tuple[Device, Motion]]:
        """By IMEI: the device and how its vehicle truly moves. Raises Forgotten beyond an hour back."""
        moment = at.timestamp()
        return {
            device.imei: (device, self._journeys[device.vehicle.plate].at(moment))
            for device in self.devices
            if device.vehicle
        }

    def _timetable(self, number: int, vehicle: Vehicle, grounds: Mapping[str, _Ground]) -> Timetable:
        if number < len(self._plan.traces):
            trace = self._plan.traces[number]
            return Timetable(lambda: Retrace(trace), self.now, 0.0)
        seed = f"journey {self._plan.seed} {number}"
        odometer_m = float(Random(seed).randint(8_000_000, 180_000_000))  # noqa: S311
        return Timetable(self._errands(vehicle, grounds, seed), self.now, odometer_m)

    def _errands(self, vehicle: Vehicle, grounds: Mapping[str, _Ground], seed: str) -> Callable[[], Planner]:
        ground = grounds.get(vehicle.city) or next(iter(grounds.values()))
        return lambda: Errands(ground.network, ground.places, self._plan.hours, seed)

    def _life(self, device: Device) -> Life:
        assert device.vehicle is not None
        plate = device.vehicle.plate
        here = self._journeys[plate].at(self.now)
        fence = _depot(self._plan.networks, (here.lat, here.lon))
        habits = Habits.of(Random(f"device {self._plan.seed} {device.imei}"))  # noqa: S311
        return Life(device, habits, self._timetables[plate], fence, self._plan.seed)

    def _caught_up(self, life: Life) -> SimulatedDevice:
        """The device at the fleet's beginning, after the first part of a watch that nobody listened to."""
        device = self._on_watch(life, self.now)
        while device.due <= self.now and not device.is_over:
            for _ in device.perform():
                pass
        return self._on_watch(life, device.due) if device.is_over else device

    def _on_watch(self, life: Life, time: float) -> SimulatedDevice:
        assert life.device.vehicle is not None
        journey = self._journeys[life.device.vehicle.plate]
        return life.keep(life.watch_at(time), journey, self._seen[life.device.imei])


def _greeting(seen: Seen, now: float) -> list[Signal]:
    """A device that signs in says so and where it was last."""
    if not seen.online or seen.fix is None:
        return []
    return [Session(seen.fix.imei, now, online=True), replace(seen.fix, gate_at=now)]


def _places(network: RoadNetwork, seed: int) -> list[int]:
    rng = Random(f"places {seed} {network.name}")  # noqa: S311
    count = len(network.junctions)
    return rng.sample(range(count), min(PLACES_A_CITY, count))


def _depot(networks: Iterable[RoadNetwork], near: LatLon) -> LatLon:
    """The fence that a vehicle belongs to: around the first junction of the nearest network."""
    return min((network.junctions[0] for network in networks), key=lambda place: distance_m(place, near))
