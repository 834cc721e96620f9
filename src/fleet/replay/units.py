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
    """One table of schema `state`, or several that are made together, and the projector that writes it."""

    table: str
    projector: str

    @property
    def name(self) -> str:
        """As people type it: without the schema."""
        return self.table.removeprefix("state.")


UNITS: Final = tuple(
    Unit(table, projector) for projector, tables in PROJECTORS.items() for table in tables if table.startswith("state.")
)
"""The tables that are made of facts, each on its own."""

REGISTRY: Final = Unit("registry", "registry")
"""The tables of schema `domain`, which are folded together and put right together."""

IDENTITIES: Final = Unit("state.identities", "identities")
"""Who devices are and what they stand for, which follows from the registry and from what listings say."""

VEHICLE_DAYS: Final = Unit("state.vehicle_days", "vehicle_days")
"""Four tables that are folded together out of the position history, and replaced together."""

TABLES: Final = {unit: (unit.table,) for unit in UNITS} | {
    REGISTRY: PROJECTORS["registry"],
    IDENTITIES: ("state.identities", "state.mounts"),  # after what they are made of
    VEHICLE_DAYS: VEHICLE_DAY_TABLES,  # the last: made of the history, and of whose it is
}


def chosen(name: str) -> tuple[Unit, ...]:
    """The units that a name means: one table's, with or without its schema, or all; where two schemas have the name it
    is the one in `state`. Errors: UnknownTable, naming those there are."""
    if name == ALL:
        return tuple(TABLES)
    by_name = {short: unit for unit, tables in reversed(TABLES.items()) for short in map(_without_schema, tables)}
    by_name |= {table: unit for unit, tables in TABLES.items() for table in (unit.name, *tables)}
    if name not in by_name:
        names = ", ".join(sorted(unit.name for unit in TABLES))
        raise UnknownTable(f"{name}: no table that can be replayed. There are {names}; or say `all`.")
    return (by_name[name],)


def _without_schema(table: str) -> str:
    return table.partition(".")[2]
