"""The vendor's methods, a function each, by what they are about; importing this package enters them in METHODS."""

from fleet.sandbox.methods import accounts, alarms, cards, obd, places, reports, tracks
from fleet.sandbox.methods.registry import METHODS, Call

__all__ = ["METHODS", "Call", "accounts", "alarms", "cards", "obd", "places", "reports", "tracks"]
