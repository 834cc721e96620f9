"""Pure functions from a raw body to typed facts: no clock, no I/O, no exception for any input.

`parse` is the whole interface. What the facts hold is in docs/facts.md. Owns no table.
"""

from fleet.parser.dispatch import VERSION, parse
from fleet.parser.intake import Limits

__all__ = ["VERSION", "Limits", "parse"]
