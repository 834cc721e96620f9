"""`fleet ledger`: was everything that was sent received, and everything received dealt with?"""

import sys
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from fleet import clock
from fleet.config import OwnerSettings

if TYPE_CHECKING:
    from fleet.completeness.ledger import Difference, Ledger
    from fleet.completeness.tally import Count

DIFFERENCES = 1
UNREACHABLE = 3
COLUMNS = ("received", "repeated", "parsed", "rejected", "without_facts", "pending")


def ledger(
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="An East African day; default: today.")
    ] = None,
    sandbox: Annotated[str | None, typer.Option(help="Hold it against what the sandbox at this URL sent.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Count what a day brought, a device and kind, and what came of it. Exit code 1 where it does not add up."""
    from fleet.completeness.ledger import SandboxAway, against_sandbox, make_ledger

    asked = day.date() if day else clock.now().astimezone(clock.EAT).date()
    made = make_ledger(OwnerSettings.read().database_owner_url.get_secret_value(), asked)
    try:
        found = against_sandbox(made, sandbox) if sandbox else []
    except SandboxAway as away:
        print(f"fleet: {away}", file=sys.stderr)
        raise typer.Exit(UNREACHABLE) from away
    print(as_document(made, found) if as_json else as_table(made))
    for difference in found:
        print(
            f"{difference.imei} {difference.kind} by {difference.transport}: sent {difference.sent}, "
            f"received {difference.received}.",
            file=sys.stderr,
        )
    if made.stray:
        print(f"Facts of items that no body holds, in raw {', '.join(map(str, made.stray[:10]))}.", file=sys.stderr)
    if found or made.stray:
        raise typer.Exit(DIFFERENCES)


def as_document(made: "Ledger", found: "list[Difference]") -> str:
    """The ledger as JSON."""
    rows = [count.as_row() | {"plate": made.plates.get(count.imei)} for count in made.counts]
    document = {
        "day": made.day.isoformat(),
        "rows": rows,
        "totals": totals(made.counts),
        "differences": [asdict(difference) for difference in found],
        "stray_raw_ids": made.stray,
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def as_table(made: "Ledger") -> str:
    """The ledger for people: a line a device and kind, and the sum."""
    head = f"{'plate':12} {'imei':16} {'kind':18} {'by':5}" + "".join(f"{name:>14}" for name in COLUMNS)
    lines = [
        f"{made.plates.get(count.imei, ''):12} {count.imei or 'no device named':16} {count.kind:18} "
        f"{count.transport:5}" + "".join(f"{getattr(count, name):>14}" for name in COLUMNS)
        for count in made.counts
    ]
    sums = totals(made.counts)
    last = f"{made.day.isoformat() + ' (EAT)':54}" + "".join(f"{sums[name]:>14}" for name in COLUMNS)
    return "\n".join([head, *lines, last])


def totals(counts: "list[Count]") -> dict[str, int]:
    """The sum of each column."""
    return {name: sum(getattr(count, name) for count in counts) for name in COLUMNS}
