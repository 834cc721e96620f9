"""Faults that can be switched on while the sandbox runs, to see what the platform makes of them.

A fault is a row of KINDS and a question at the place that misbehaves: `faults.active("push_pause")`.
"""

from collections.abc import Mapping

from fleet.errors import FleetError

KINDS: dict[str, tuple[str, dict[str, float]]] = {
    "push_pause": ("no push is sent; they queue", {}),
    "push_duplicate": ("every push body is sent twice", {}),
    "push_reorder": ("the bodies and items of a moment are sent in reverse order", {}),
    "poll_html": ("polls are answered by a proxy's HTML page", {"status": 502}),
    "poll_1004": ("every data call says that the token is invalid", {}),
    "poll_1006": ("every call says that requests are too frequent", {}),
    "poll_slow": ("polls are answered late", {"seconds": 30}),
}


class FaultUnknown(FleetError):
    """No such fault."""


class Faults:
    """Which faults are on, with their parameters."""

    def __init__(self) -> None:
        self._active: dict[str, dict[str, float]] = {}

    def active(self, name: str) -> dict[str, float] | None:
        """The parameters of a fault that is on, else None."""
        return self._active.get(name)

    def switch_on(self, name: str, parameters: Mapping[str, float]) -> dict[str, float]:
        """Switch on (again, with new parameters); gives the parameters in force."""
        defaults = self._defaults(name)
        unknown = set(parameters) - set(defaults)
        if unknown:
            raise FaultUnknown(
                f"{name} takes no {', '.join(sorted(unknown))}; it takes {', '.join(defaults) or 'nothing'}"
            )
        self._active[name] = defaults | dict(parameters)
        return self._active[name]

    def switch_off(self, name: str) -> None:
        """Switch off; nothing happens if it was off."""
        self._defaults(name)
        self._active.pop(name, None)

    def listing(self) -> dict[str, dict[str, object]]:
        """Every fault that exists, what it does and whether it is on."""
        return {
            name: {"does": does, "defaults": defaults, "active": self._active.get(name)}
            for name, (does, defaults) in KINDS.items()
        }

    def _defaults(self, name: str) -> dict[str, float]:
        if name not in KINDS:
            raise FaultUnknown(f"no fault is called {name}; there are {', '.join(KINDS)}")
        return KINDS[name][1]
