"""`fleet reparse`: a range of the log parsed again by another version of the parser."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from fleet.config import OwnerSettings
from fleet.replay.commands import instant

if TYPE_CHECKING:
    from fleet.migrate import SyncConnection
    from fleet.parser import Limits
    from fleet.reparse.again import Parser, Span
    from fleet.reparse.diff import Diff, Tally

DIFFERENCES = 1


def reparse(
    parser_version: Annotated[int, typer.Option(help="Which version of the parser is to speak for the range.")],
    from_time: Annotated[datetime, typer.Option("--from", parser=instant, help="Received from here on; UTC.")],
    to_time: Annotated[datetime, typer.Option("--to", parser=instant, help="… and before this time.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would change.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Parse what was received in a range again: tell what changes by kind and field, then make it so.

    The new facts stand beside the old ones, which count no longer, and state is made anew where they differ. With
    --dry-run nothing is written, and the exit code is 1 when something would change.
    """
    from fleet.parser import Limits
    from fleet.reparse.again import find_span, parser_of
    from fleet.reparse.apply import apply
    from fleet.replay.progress import Progress
    from fleet.replay.session import alone

    settings = OwnerSettings.read()
    by = parser_of(parser_version)
    limits = Limits(settings.min_device_time, settings.max_device_ahead, settings.max_device_age)
    with alone(settings.database_owner_url.get_secret_value()) as owner:
        span = find_span(owner, from_time, to_time)
        found = diff_of(owner, span, by, limits)
        print(as_document(found) if as_json else as_text(found))
        if dry_run:
            raise typer.Exit(0 if found.is_empty else DIFFERENCES)
        apply(owner, span, by, limits, Progress("parsing again", "raw rows"))
    if not as_json:
        print(f"Parser version {by.version} speaks for raw rows {span.after_id + 1} to {span.up_to_id}.")


def diff_of(owner: "SyncConnection", span: "Span", by: "Parser", limits: "Limits") -> "Diff":
    """What would change in a span. Nothing is written."""
    from fleet.reparse.again import compare, parse_again
    from fleet.reparse.diff import Diff
    from fleet.replay.progress import Progress

    found, progress = Diff(), Progress("comparing", "raw rows")
    for rows in parse_again(owner, span, by, limits):
        compare(found, rows, by)
        progress.tell(rows[-1].raw.id - span.after_id, span.up_to_id - span.after_id)
    return found


def as_document(found: "Diff") -> str:
    """The diff as JSON."""

    def listed(tallies: "dict[tuple[str, str], Tally]", *names: str) -> list[dict[str, Any]]:
        return [
            dict(zip(names, key, strict=True))
            | {"count": tally.count, "raw_ids": tally.raw_ids}
            | ({"before": tally.example[0], "after": tally.example[1]} if tally.example else {})
            for key, tally in sorted(tallies.items())
        ]

    document = {
        "raw_rows": found.raw_rows,
        "already": found.already,
        "facts": listed(found.facts, "kind", "change"),
        "fields": listed(found.fields, "kind", "field"),
        "rejections": listed(found.rejections, "reason", "change"),
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def as_text(found: "Diff") -> str:
    """The diff for people."""
    lines = [f"{found.raw_rows} raw rows, {found.already} of them parsed by this version already."]
    for (kind, sort), tally in sorted(found.facts.items()):
        lines.append(f"{kind}: {tally.count} facts {sort}, such as in raw {_numbers(tally)}")
        for (of_kind, name), each in sorted(found.fields.items()):
            if sort == "changed" and of_kind == kind and each.example:
                before, after = each.example
                lines.append(f"  {name}: {each.count} times, such as {before} → {after} in raw {_numbers(each)}")
    for (reason, sort), tally in sorted(found.rejections.items()):
        lines.append(f"rejected as {reason}: {tally.count} items {sort}, such as in raw {_numbers(tally)}")
    if found.is_empty:
        lines.append("Nothing changes.")
    return "\n".join(lines)


def _numbers(tally: "Tally") -> str:
    return ", ".join(map(str, tally.raw_ids))
