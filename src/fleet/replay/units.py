"""Which tables can be made anew, and by whose cursor each is fenced. Pure."""

from dataclasses import dataclass
from typing import Final

from fleet.errors import WrongUsage
from fleet.pipeline.project_stage import PROJECTORS
from fleet.pipeline.vehicle_days import VEHICLE_DAY_TABLES

ALL: Final = "all"


class UnknownTable(WrongUsage):
    """There is no such table to make anew."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One table of schema `state` and the projector that writes it."""

    table: str
    projector: str

    @property
    def name(self) -> str:
        """As people type it: without the schema."""
        return self.table.removeprefix("state.")


VEHICLE_DAYS: Final = Unit("state.vehicle_days", "vehicle_days")
"""Four tables that are folded together out of the position history, and replaced together."""

UNITS: Final = tuple(
    Unit(table, projector) for projector, tables in PROJECTORS.items() for table in tables if table.startswith("state.")
)


def chosen(name: str) -> tuple[Unit, ...]:
    """The units that a name means: one table's, or all. Errors: UnknownTable, naming those there are."""
    wanted = name.removeprefix("state.")
    found = tuple(unit for unit in UNITS if wanted in (ALL, unit.name))
    if wanted == ALL or f"state.{wanted}" in VEHICLE_DAY_TABLES:
        found += (VEHICLE_DAYS,)  # the last: it is made of the history
    if not found:
        names = ", ".join(sorted(unit.name for unit in (*UNITS, VEHICLE_DAYS)))
        raise UnknownTable(f"{name}: no table that can be replayed. There are {names}; or say `all`.")
    return found
