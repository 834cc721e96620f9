"""What an imported file claims: thing by thing, field by field. Pure.

The same list serves twice: two claims of one file may not contradict each other, and each is held against
what is known already.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from fleet.model import Fact

CODE: Final = "code"
NOT_OF_THE_VEHICLE: Final = ("plate", "imei", "device_class", "driver_phone")


@dataclass(frozen=True, slots=True)
class Claim:
    """A row says that a field of a thing has a value; `only` where another row cannot rightly say another."""

    line: int
    thing: str
    key: str
    field: str
    value: str
    only: bool


def claims_of(facts: Iterable[Fact], lines: Sequence[int]) -> Iterator[Claim]:
    """The claims of facts, each with the line of its row."""
    for fact in facts:
        for thing, key, field, value in _claims(fact):
            yield Claim(lines[fact.item], thing, key, field, _text(value), _is_only(fact.kind, thing))


def contradictions(claims: Iterable[Claim]) -> Iterator[tuple[int, str, str]]:
    """(line, field, sentence) of each claim that an earlier line of the same file denies."""
    first: dict[tuple[str, str, str], Claim] = {}
    for claim in filter(lambda claim: claim.only, claims):
        earlier = first.setdefault((claim.thing, claim.key, claim.field), claim)
        if earlier.value != claim.value:
            says = f"{claim.value} for {claim.thing} {claim.key}, but line {earlier.line} says {earlier.value}"
            yield claim.line, claim.field, says


def _claims(fact: Fact) -> Iterator[tuple[str, str, str, object]]:
    data = fact.data
    if fact.kind == "vehicle_listed":
        yield from _vehicle_claims(fact)
    elif fact.kind == "driver_listed":
        yield "driver", data["driver"], "name", data["driver"]
        yield from (("driver", data["driver"], field, value) for field, value in data.items() if field != "driver")
    elif fact.kind == "roster_entry":
        yield "vehicle", data["plate"], "driver", data["driver"]
    elif fact.kind == "cost_centre_listed":
        yield "cost centre", data["cost_centre"], "name", data["cost_centre"]
        if "code" in data:
            yield "cost centre", data["cost_centre"], "code", data["code"]
            yield CODE, data["code"], "cost_centre", data["cost_centre"]


def _vehicle_claims(fact: Fact) -> Iterator[tuple[str, str, str, object]]:
    data = fact.data
    yield "vehicle", data["plate"], "plate", data["plate"]
    yield from (
        ("vehicle", data["plate"], field, value) for field, value in data.items() if field not in NOT_OF_THE_VEHICLE
    )
    if fact.imei:
        yield "device", fact.imei, "plate", data["plate"]
        if "device_class" in data:
            yield "device", fact.imei, "device_class", data["device_class"]
    if "driver" in data and "driver_phone" in data:
        yield "driver", data["driver"], "phone", data["driver_phone"]


def _is_only(kind: str, thing: str) -> bool:
    """Drivers of two vehicles may be namesakes, and a vehicle may have a driver a shift."""
    return (kind, thing) not in {("vehicle_listed", "driver"), ("roster_entry", "vehicle")}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
