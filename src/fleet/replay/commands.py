"""`fleet replay` and `fleet state`: state and registry made anew from the log, and held against it."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from fleet.config import OwnerSettings
from fleet.errors import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fleet.migrate import SyncConnection
    from fleet.replay.log_reach import Source
    from fleet.replay.part import Part
    from fleet.replay.units import Unit
    from fleet.replay.verify import Verdict

DIFFERENCES = 1
FromArchive = Annotated[bool, typer.Option("--archive", help="Read back what has left the log as well.")]

state_app = typer.Typer(help="The tables that are made of the log.", no_args_is_help=True)


def instant(text: str) -> datetime:
    """An ISO 8601 time; without a zone it is UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise typer.BadParameter(f"{text} is no time such as 2026-11-21 or 2026-11-21T08:00+03:00.") from wrong
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def replay(
    table: Annotated[str, typer.Argument(help="A table, such as position_history, `registry`, or `all`.")],
    from_time: Annotated[
        datetime | None, typer.Option("--from", parser=instant, help="Only device times from here on; UTC.")
    ] = None,
    to_time: Annotated[datetime | None, typer.Option("--to", parser=instant, help="… and before this one.")] = None,
    imei: Annotated[list[str] | None, typer.Option(help="Only rows of this device; repeatable.")] = None,
    archive: FromArchive = False,
) -> None:
    """Make tables of state anew from the log while they go on being served.

    A whole table is built beside the live one and then takes its place; run again after a kill it goes on where it
    was. A part is deleted and inserted in place, and so are rows of the registry that are wrong. Nothing but these
    tables is written: no alert, no call, no message.
    """
    from fleet.replay.part import Part
    from fleet.replay.session import alone
    from fleet.replay.units import IDENTITIES, VEHICLE_DAYS, chosen
    from fleet.replay.vehicle_days import source_of_days

    settings = OwnerSettings.read()
    if from_time and to_time and from_time >= to_time:
        raise WrongUsage("--from must be before --to.")
    units, part = chosen(table), Part(from_time, to_time, imei or None)
    with (
        alone(settings.database_owner_url.get_secret_value()) as owner,
        _facts(owner, settings, part, archive=archive) as source,
    ):
        affected = _affected(owner, units, part)
        for unit in affected:
            if unit is not IDENTITIES:
                made_of = source_of_days(owner) if unit is VEHICLE_DAYS else source
                made_of.refuse(unit.table, part.from_time, settings.max_device_ahead)
        for unit in affected:
            print(_replay_one(owner, unit, source, part, settings))
        if part.is_whole and [unit.name for unit in affected] == ["position_history"]:
            owner.execute("select events.mark_days()")
            print("Workers fold the vehicle-days again that are made of it.")


@state_app.command("verify")
def verify_state(
    table: Annotated[list[str] | None, typer.Argument(help="Tables, or `registry`; default: all.")] = None,
    most: Annotated[int, typer.Option(min=1, max=100_000, help="Rows shown of a table.")] = 20,
    archive: FromArchive = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Hold state and the registry against the log. Exit code 1 when they differ. The platform may run meanwhile."""
    from fleet.replay.part import Part
    from fleet.replay.session import alone
    from fleet.replay.units import ALL, chosen

    settings = OwnerSettings.read()
    units = dict.fromkeys(unit for name in table or [ALL] for unit in chosen(name))
    with (
        alone(settings.database_owner_url.get_secret_value()) as owner,
        _facts(owner, settings, Part(), archive=archive) as source,
    ):
        verdicts = [verdict for unit in units for verdict in _held_against(owner, unit, source, most, settings)]
    print(_as_document(verdicts) if as_json else _as_text(verdicts))
    raise typer.Exit(DIFFERENCES if any(verdict.differing_rows for verdict in verdicts) else 0)


def _facts(
    owner: "SyncConnection", settings: OwnerSettings, part: "Part", *, archive: bool
) -> "AbstractContextManager[Source]":
    """The log, with or without what has left it, for the time of a block."""
    from fleet.replay.archived import log_and_archive
    from fleet.replay.log_reach import live_log

    return log_and_archive(owner, settings, part) if archive else nullcontext(live_log(owner))


def _held_against(
    owner: "SyncConnection", unit: "Unit", source: "Source", most: int, settings: OwnerSettings
) -> "Iterable[Verdict]":
    """What comes of each table of a unit."""
    from fleet.replay.progress import Progress
    from fleet.replay.registry import verify_identities, verify_registry
    from fleet.replay.units import IDENTITIES, REGISTRY, VEHICLE_DAYS
    from fleet.replay.vehicle_days import verify_days
    from fleet.replay.verify import verify

    if unit is VEHICLE_DAYS:
        return verify_days(owner, most, Progress("vehicle-days", "days"))
    if unit is IDENTITIES:
        return verify_identities(owner, most)
    progress = Progress(unit.table)
    if unit is REGISTRY:
        return verify_registry(owner, source, settings.max_device_ahead, most, progress)
    return [verify(owner, unit, source, settings.max_device_ahead, most, progress)]


def _affected(owner: "SyncConnection", units: "tuple[Unit, ...]", part: "Part") -> "list[Unit]":
    """Of several units those that a part concerns; of one alone its person decides. Errors: WrongUsage."""
    from fleet.replay.part import has_times
    from fleet.replay.units import IDENTITIES, REGISTRY, VEHICLE_DAYS

    in_parts = [unit for unit in units if part.is_whole or unit not in (REGISTRY, IDENTITIES)]
    if not in_parts:
        raise WrongUsage(f"{units[0].name} is made anew as a whole: leave --imei, --from and --to out.")
    if len(units) == 1 or (part.from_time is None and part.to_time is None):
        return in_parts
    return [unit for unit in in_parts if unit is VEHICLE_DAYS or has_times(owner, unit)]


def _replay_one(owner: "SyncConnection", unit: "Unit", source: "Source", part: "Part", settings: OwnerSettings) -> str:
    """Make a unit anew; says what came of it."""
    from fleet.replay.part import replay_part
    from fleet.replay.progress import Progress
    from fleet.replay.rebuild import rebuild
    from fleet.replay.registry import replay_identities, replay_registry
    from fleet.replay.units import IDENTITIES, REGISTRY, VEHICLE_DAYS

    progress = Progress(unit.table)
    if unit is VEHICLE_DAYS:
        return _replay_days(owner, part)
    if unit is IDENTITIES:
        return f"Identities and mounts: {replay_identities(owner)} devices put right."
    if unit is REGISTRY:
        put_right = replay_registry(owner, source, settings.max_device_ahead, progress)
        told = [f"{table}: {rows.inserted} rows in the place of {rows.removed}." for table, rows in put_right.items()]
        return "\n".join([*told, "registry: held against the log; all other rows were right."])
    if part.is_whole:
        rebuild(owner, unit, source.relation, progress)
        return f"{unit.table}: built anew and in place."
    replaced = replay_part(owner, unit, source.relation, part, settings.max_device_ahead, progress)
    return f"{unit.table}: {replaced.inserted} rows in the place of {replaced.removed}."


def _replay_days(owner: "SyncConnection", part: "Part") -> str:
    from fleet.replay.progress import Progress
    from fleet.replay.vehicle_days import rebuild_days, replay_days

    if part.is_whole:
        rebuild_days(owner, Progress("vehicle-days", "days"))
        return "Vehicle-days: built anew and in place."
    return f"Vehicle-days: {replay_days(owner, part)} days of devices folded again."


def _as_document(verdicts: "list[Verdict]") -> str:
    return orjson.dumps([asdict(verdict) for verdict in verdicts], option=orjson.OPT_INDENT_2).decode()


def _as_text(verdicts: "list[Verdict]") -> str:
    lines = []
    for verdict in verdicts:
        for found in verdict.differences:
            key = ", ".join(f"{name} {value}" for name, value in found.key.items())
            lines.append(f"{found.table} [{key}] {found.column}: live {found.live}, rebuilt {found.rebuilt}")
        told = f"{verdict.differing_rows} rows differ" if verdict.differing_rows else "as the log says"
        lines.append(f"{verdict.table}: {f'not compared, {verdict.problem}' if verdict.problem else told}.")
    return "\n".join(lines)
