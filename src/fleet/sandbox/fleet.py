"""The simulated fleet as a whole: signals in order of time, and the truth about any moment. Pure.

`Fleet.advance` may be called at any pace: the same seed and start give the same signals.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from fleet.sandbox.device import SimulatedDevice
from fleet.sandbox.errands import ALWAYS, Errands, WorkingHours
from fleet.sandbox.geometry import LatLon, distance_m
from fleet.sandbox.journey import Journey
from fleet.sandbox.motion import Motion
from fleet.sandbox.network import RoadNetwork
from fleet.sandbox.retrace import Retrace
from fleet.sandbox.roster import Device, Vehicle, devices, vehicles
from fleet.sandbox.signals import Signal
from fleet.sandbox.trace import Trace

PLACES_A_CITY = 64
# Devices measure a little before they report, so journeys must know a little of the past.
SINCE_S = 10.0
# What an odometer is taken to have gained before the sandbox was started: rather more than it would have.
PACE_MS = 10.0


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
    """Vehicles on their journeys and the devices that report them."""

    def __init__(self, plan: FleetPlan) -> None:
        self.now = plan.start.timestamp()
        self._plan = plan
        self.vehicles = vehicles(plan.vehicles, plan.seed)
        self.devices: list[Device] = devices(self.vehicles, plan.seed)
        self._by_imei = {device.imei: device for device in self.devices}
        grounds = {network.name: _Ground(network, _places(network, plan.seed)) for network in plan.networks}
        self._journeys = {
            vehicle.plate: self._journey(number, vehicle, grounds) for number, vehicle in enumerate(self.vehicles)
        }
        self._simulated = {device.imei: self._simulate(device) for device in self.devices if device.vehicle}
        self._queue = [(each.due, number, each) for number, each in enumerate(self._simulated.values())]
        heapq.heapify(self._queue)

    def advance(self, to: datetime) -> list[Signal]:
        """Everything that reached the gateway until `to`, in order of `gate_at`."""
        until = to.timestamp()
        signals: list[Signal] = []
        while self._queue and self._queue[0][0] <= until:
            _, number, device = self._queue[0]
            signals += device.perform()
            heapq.heapreplace(self._queue, (device.due, number, device))
        self.now = max(self.now, until)
        return signals

    def device(self, imei: str) -> Device | None:
        """The device of that IMEI, spares included."""
        return self._by_imei.get(imei)

    def simulated(self, imei: str) -> SimulatedDevice | None:
        """The live side of a device; None for spares."""
        return self._simulated.get(imei)

    def truth(self, at: datetime) -> dict[str, tuple[Device, Motion]]:
        """By IMEI: the device and how its vehicle truly moves. Raises Forgotten beyond an hour back."""
        moment = at.timestamp()
        return {
            device.imei: (device, self._journeys[device.vehicle.plate].at(moment))
            for device in self.devices
            if device.vehicle
        }

    def _journey(self, number: int, vehicle: Vehicle, grounds: Mapping[str, _Ground]) -> Journey:
        since = self.now - SINCE_S
        if number < len(self._plan.traces):
            return Journey(Retrace(self._plan.traces[number]), since, 0.0)
        seed = f"journey {self._plan.seed} {number}"
        ground = grounds.get(vehicle.city) or next(iter(grounds.values()))
        planner = Errands(ground.network, ground.places, self._plan.hours, seed)
        odometer_m = float(Random(seed).randint(8_000_000, 180_000_000))  # noqa: S311
        return Journey(planner, since, odometer_m, PACE_MS)

    def _simulate(self, device: Device) -> SimulatedDevice:
        assert device.vehicle is not None
        journey = self._journeys[device.vehicle.plate]
        here = journey.at(self.now)
        fence = _depot(self._plan.networks, (here.lat, here.lon))
        rng = Random(f"device {self._plan.seed} {device.imei}")  # noqa: S311
        return SimulatedDevice(device, journey, fence, self.now, rng)


def _places(network: RoadNetwork, seed: int) -> list[int]:
    rng = Random(f"places {seed} {network.name}")  # noqa: S311
    count = len(network.junctions)
    return rng.sample(range(count), min(PLACES_A_CITY, count))


def _depot(networks: Iterable[RoadNetwork], near: LatLon) -> LatLon:
    """The fence that a vehicle belongs to: around the first junction of the nearest network."""
    return min((network.junctions[0] for network in networks), key=lambda place: distance_m(place, near))
