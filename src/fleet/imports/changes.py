"""What applying a file would change: its claims against what the registry holds. Reads domain.*."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson

from fleet.db import Connection
from fleet.imports.claims import CODE, Claim
from fleet.imports.files import Problem

HELD = "select place, known, held, same from domain.held_against(%s::jsonb) order by place"


@dataclass(frozen=True, slots=True)
class Change:
    """A field that would become what a row says. `known` is false where the thing itself would be new."""

    line: int
    thing: str
    key: str
    field: str
    was: str | None
    becomes: str
    known: bool

    def __str__(self) -> str:
        was = f"{self.was} → " if self.was is not None else ""
        return f"line {self.line}: {self.thing} {self.key}: {self.field} {was}{self.becomes}"


async def changes_of(db: Connection, claims: Sequence[Claim]) -> list[Change]:
    """The claims that say something new, in the order of their lines; each once."""
    unique = list({(claim.thing, claim.key, claim.field): claim for claim in reversed(claims)}.values())[::-1]
    asked = [(claim.thing, claim.key, claim.field, claim.value) for claim in unique]
    rows = await (await db.execute(HELD, (orjson.dumps(asked).decode(),))).fetchall()
    return [
        Change(claim.line, claim.thing, claim.key, claim.field, held, claim.value, known)
        for claim, (_, known, held, same) in zip(unique, rows, strict=True)
        if not same
    ]


def taken_codes(changes: Sequence[Change]) -> Iterator[Problem]:
    """A code is one cost centre's; a row that gives it to another would be passed over."""
    for change in changes:
        if change.thing == CODE and change.known:
            yield Problem(change.line, CODE, f"{change.key} is the code of {change.was}")


def sentences(changes: Sequence[Change]) -> list[str]:
    """One line a change; a thing that is new is one line with all that is said of it."""
    lines: list[str] = []
    place_of: dict[tuple[str, str], int] = {}
    for change in changes:
        thing = (change.thing, change.key)
        if change.known:
            lines.append(str(change))
        elif thing in place_of:
            lines[place_of[thing]] += f", {change.field} {change.becomes}"
        else:
            place_of[thing] = len(lines)
            is_its_name = change.field in ("name", "plate") and change.thing != "device"
            more = "" if is_its_name else f", {change.field} {change.becomes}"
            lines.append(f"line {change.line}: new {change.thing} {change.key}{more}")
    return lines
