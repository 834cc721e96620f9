"""How a method of the vendor's is entered, found by name, and told what it was asked.

A method takes the world and a call and gives the payload of its answer (`result`, `data` or both, as the
vendor mixes them); it raises Refused for an error code. To add one, write it under `@method("jimi.…")`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fleet.sandbox.protocol import TIME_FORMAT, Refused
from fleet.sandbox.roster import CITY_SHARES, Device
from fleet.sandbox.signals import Kind
from fleet.sandbox.world import World

MOST_IMEIS = 100
MOST_ROWS_A_PAGE = 100
DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Call:
    """The parameters of a request; `told` counts what its answer holds."""

    parameters: dict[str, str]
    told: list[tuple[str, Kind]] = field(default_factory=list)

    @property
    def topic(self) -> str:
        """The method that is asked for."""
        return self.parameters.get("method", "")

    def required(self, name: str) -> str:
        """A parameter that must be there."""
        value = self.parameters.get(name, "")
        if not value:
            raise Refused(1001)
        return value

    def moment(self, name: str) -> float:
        """A required UTC time, in Unix seconds."""
        try:
            return datetime.strptime(self.required(name), TIME_FORMAT).replace(tzinfo=UTC).timestamp()
        except ValueError as wrong:
            raise Refused(1001) from wrong

    def span(self, start: str, end: str, longest_days: float) -> tuple[float, float]:
        """Two required times in order, no further apart than the method allows."""
        span = self.moment(start), self.moment(end)
        if not 0 <= span[1] - span[0] <= longest_days * DAY_S:
            raise Refused(1001)
        return span

    def number(self, name: str, least: int, most: int, default: int | None = None) -> int:
        """A whole number within bounds; required unless it has a default."""
        text = self.parameters.get(name) or ("" if default is None else str(default))
        if not (text.isdecimal() and least <= int(text) <= most):
            raise Refused(1001)
        return int(text)

    def imeis(self, name: str = "imeis") -> list[str]:
        """A required comma list of at most a hundred."""
        imeis = self.required(name).split(",")
        if len(imeis) > MOST_IMEIS:
            raise Refused(220)
        return imeis

    def tell(self, imeis: Iterable[str], kind: Kind) -> None:
        """Count items of the answer."""
        self.told.extend((imei, kind) for imei in imeis)


Payload = dict[str, Any]
Method = Callable[[World, Call], Payload]

METHODS: dict[str, Method] = {}
OF_THE_PAST: set[str] = set()


def method(name: str, *, of_the_past: bool = False) -> Callable[[Method], Method]:
    """Enter a function in METHODS; one that reads the past works beside the event loop."""

    def enter(function: Method) -> Method:
        METHODS[name] = function
        if of_the_past:
            OF_THE_PAST.add(name)
        return function

    return enter


def account(world: World, call: Call, name: str) -> str:
    """The account asked about, which must be the caller's own or a child's."""
    target = call.required(name)
    if target not in {world.options.user_id, *(f"demo_{city}" for city, _ in CITY_SHARES)}:
        raise Refused(214)
    return target


def known_device(world: World, imei: str) -> Device:
    """The device of that IMEI."""
    device = world.fleet.device(imei)
    if device is None:
        raise Refused(1002)
    return device


def known_devices(world: World, imeis: Iterable[str]) -> list[Device]:
    """The devices of those IMEIs: one that is unknown spoils the call."""
    return [known_device(world, imei) for imei in imeis]
