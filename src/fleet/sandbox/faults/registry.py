"""Which faults there are, which are on, and with which parameters.

A fault is a line `declare("name", "what it does", parameter=default, …)` in the module of its family and a
question at the place that misbehaves: `faults.active("name")`.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from fleet.errors import FleetError

Parameters = dict[str, float | str]
EVERYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Fault:
    """What a fault does and the parameters that it takes, with their defaults."""

    does: str
    defaults: Parameters


DECLARED: dict[str, Fault] = {}


def declare(name: str, does: str, **defaults: float | str) -> None:
    """Let there be a fault of that name."""
    DECLARED[name] = Fault(does, dict(defaults))


class FaultUnknown(FleetError):
    """No such fault, or no such parameter of it."""


class Faults:
    """Which faults are on, with their parameters."""

    def __init__(self) -> None:
        self._active: dict[str, Parameters] = {}
        self._asked: Counter[str] = Counter()

    def active(self, name: str) -> Parameters | None:
        """The parameters of a fault that is on, else None."""
        return self._active.get(name)

    def strikes(self, name: str, topic: str) -> Parameters | None:
        """The parameters of a fault that is on for this topic and, by its `share`, in this of all cases."""
        parameters = self._active.get(name)
        if parameters is None or parameters["topic"] not in (EVERYWHERE, topic):
            return None
        share = float(parameters["share"])
        self._asked[name] += 1
        asked = self._asked[name]
        return parameters if int(asked * share) > int((asked - 1) * share) else None

    def switch_on(self, name: str, given: Mapping[str, str]) -> Parameters:
        """Switch on (again, with new parameters); gives the parameters in force. ValueError for a wrong number."""
        defaults = self._fault(name).defaults
        unknown = set(given) - set(defaults)
        if unknown:
            raise FaultUnknown(
                f"{name} takes no {', '.join(sorted(unknown))}; it takes {', '.join(defaults) or 'nothing'}"
            )
        self._asked[name] = 0
        self._active[name] = defaults | {key: type(defaults[key])(value) for key, value in given.items()}
        return self._active[name]

    def switch_off(self, name: str) -> None:
        """Switch off; nothing happens if it was off."""
        self._fault(name)
        self._active.pop(name, None)

    def listing(self) -> dict[str, dict[str, object]]:
        """Every fault that exists, what it does, its parameters with their defaults, and whether it is on."""
        return {
            name: {"does": fault.does, "defaults": fault.defaults, "active": self._active.get(name)}
            for name, fault in DECLARED.items()
        }

    def _fault(self, name: str) -> Fault:
        if name not in DECLARED:
            raise FaultUnknown(f"no fault is called {name}; there are {', '.join(DECLARED)}")
        return DECLARED[name]
