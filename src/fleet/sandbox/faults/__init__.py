"""Faults that can be switched on while the sandbox runs, to see what the platform makes of them: a module a family."""

from fleet.sandbox.faults import contents, geocoding, polls, pushes
from fleet.sandbox.faults.registry import Faults, FaultUnknown, Parameters

__all__ = ["FaultUnknown", "Faults", "Parameters", "contents", "geocoding", "polls", "pushes"]
