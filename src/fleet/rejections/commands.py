"""`fleet rejected`: items that do not fit their contract."""

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from fleet.config import OwnerSettings

if TYPE_CHECKING:
    from fleet.rejections.reading import RawExcerpt
    from fleet.rejections.reparse import Reparsed

DIFFERENCES = 1

app = typer.Typer(help="Items that were received but do not fit their contract.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]


@app.command("list")
def list_newest(
    reason: Annotated[list[str] | None, typer.Option(help="Such as zero_position; repeatable.")] = None,
    source: Annotated[list[str] | None, typer.Option(help="Such as jimi.push; repeatable.")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="Such as pushgps; repeatable.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Received from this UTC time on.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
    as_json: AsJson = False,
) -> None:
    """The newest rejected items."""
    from fleet.migrate import connect
    from fleet.rejections.reading import Which, list_rejections

    which = Which(reason, source, topic, since.replace(tzinfo=UTC) if since else None)
    with connect(_settings().database_owner_url.get_secret_value()) as owner:
        found = list_rejections(owner, which, limit)
    if as_json:
        _print_json(found)
        return
    for one in found:
        print(
            f"{one['received_at'][:19]} raw {one['raw_id']} item {one['item']} {one['topic']}: "
            f"{one['reason']} ({one['detail']})"
        )
    if not found:
        print("Nothing was rejected.")


@app.command("show")
def show(
    raw_id: int,
    most_bytes: Annotated[int, typer.Option("--bytes", min=1, max=1_048_576, help="How much of the body.")] = 4000,
    as_json: AsJson = False,
) -> None:
    """The bytes of a raw row beside what was rejected in it. That you looked is noted."""
    from fleet.migrate import connect
    from fleet.rejections.reading import show_raw

    with connect(_settings().database_owner_url.get_secret_value()) as owner:
        excerpt = show_raw(owner, raw_id, getpass.getuser(), most_bytes)
    if as_json:
        _print_json(excerpt.as_document())
    else:
        _print_excerpt(excerpt)


@app.command("reparse")
def reparse(
    raw_id: Annotated[list[int], typer.Argument(help="Numbers of raw rows.")],
    apply: Annotated[bool, typer.Option("--apply", help="Write the missing facts; without, only tell.")] = False,
    as_json: AsJson = False,
) -> None:
    """What the current parser makes of raw rows. Exit code 1 when facts are missing that were not written."""
    from fleet.migrate import connect
    from fleet.parser import Limits
    from fleet.rejections import reparse as again

    settings = _settings()
    limits = Limits(settings.min_device_time, settings.max_device_ahead, settings.max_device_age)
    with connect(settings.database_owner_url.get_secret_value()) as owner:
        found = again.reparse(owner, raw_id, limits)
        added = again.apply(owner, found) if apply else 0
    if as_json:
        _print_json({"rows": [each.as_document() for each in found], "added": added})
    else:
        _print_reparsed(found, added, applied=apply)
    if not apply and any(each.missing for each in found):
        raise typer.Exit(DIFFERENCES)


def _print_excerpt(excerpt: "RawExcerpt") -> None:
    from fleet.lineage.body import printable

    told = excerpt.as_document()
    print(
        f"raw {excerpt.raw_id}, {excerpt.source} {excerpt.topic}, received {excerpt.received_at:%Y-%m-%d %H:%M:%S} UTC"
    )
    for one in excerpt.rejections:
        print(f"  item {one['item']}: {one['reason']} ({one['detail']}), parser version {one['parser_version']}")
    print(f"{excerpt.size} bytes of {excerpt.content_type or 'no content type'}:")
    print(printable(told["body"]) + (" …" if told["truncated"] else ""))


def _print_reparsed(found: "list[Reparsed]", added: int, *, applied: bool) -> None:
    for each in found:
        print(
            f"raw {each.raw.id} {each.raw.topic}: {len(each.parsed.facts)} facts, {len(each.missing)} of them new, "
            f"{len(each.parsed.rejections)} items rejected still."
        )
        for fact in each.missing:
            print(f"  + item {fact.item} {fact.kind} of {fact.imei or 'no device'} at {fact.occurred_at.isoformat()}")
        for rejection in each.parsed.rejections:
            print(f"  - item {rejection.item}: {rejection.reason} ({rejection.detail})")
    if applied:
        print(f"{added} facts written.")
    elif any(each.missing for each in found):
        print("Nothing was written: repeat with --apply.")


def _print_json(document: Any) -> None:
    print(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())


def _settings() -> OwnerSettings:
    return OwnerSettings.read()
