"""What `fleet import csv` and `fleet import json` do: check a file, show what would change, apply it."""

import asyncio
import sys
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final

import orjson

from fleet import clock
from fleet.config import OwnerSettings
from fleet.db import connect
from fleet.errors import SettingInvalid
from fleet.imports.applying import apply_file
from fleet.imports.changes import Change, changes_of, sentences, taken_codes
from fleet.imports.claims import CODE
from fleet.imports.files import CSV, CSV_TOPICS, JSON_SOURCES, ImportFile, read_file
from fleet.parser import Limits

DIFFERENCES: Final = 1
MOST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a file comes to, and what became of it."""

    file: ImportFile
    changes: list[Change] = field(default_factory=list)
    raw_id: int | None = None


def import_file(source: str, topic: str, path: Path, *, apply: bool, as_json: bool) -> int:
    """Check a file, report, and append it if told so; the exit code. Errors: SettingInvalid, DatabaseUnavailable."""
    _known(source, topic)
    settings = OwnerSettings.read()
    limits = Limits(settings.min_device_time, settings.max_device_ahead, settings.max_device_age)
    verdict = Verdict(read_file(source, topic, path, clock.now(), limits))
    if not verdict.file.problems:
        url = settings.database_owner_url.get_secret_value()
        verdict = asyncio.run(_compared(verdict.file, url, apply))
    (_report_json if as_json else _report)(verdict)
    return DIFFERENCES if verdict.file.problems else 0


def _known(source: str, topic: str) -> None:
    if source == CSV and topic not in CSV_TOPICS:
        raise SettingInvalid(f"{topic}: no such kind of file. Known: {', '.join(CSV_TOPICS)}.")
    if source != CSV and source not in JSON_SOURCES:
        raise SettingInvalid(f"{source}: no such source. Known: {', '.join(JSON_SOURCES)}.")


async def _compared(file: ImportFile, url: str, apply: bool) -> Verdict:
    """The file against the registry; a code that another cost centre has is a problem of its row."""
    async with await connect(url, "fleet-import") as db:
        changes = await changes_of(db, file.claims)
        checked = replace(file, problems=[*taken_codes(changes)])
        raw_id = await apply_file(db, checked) if apply and not checked.problems else None
        return Verdict(checked, [change for change in changes if change.thing != CODE], raw_id)


def _report(verdict: Verdict) -> None:
    for problem in verdict.file.problems:
        print(problem, file=sys.stderr)
    print(f"{_good_rows(verdict.file)} good rows, {len(verdict.file.problems)} bad.")
    if verdict.file.problems:
        return
    lines = sentences(verdict.changes)
    for line in lines[:MOST_SHOWN]:
        print(line)
    if len(lines) > MOST_SHOWN:
        print(f"… and {len(lines) - MOST_SHOWN} more.")
    if verdict.raw_id is not None:
        print(f"Appended as event {verdict.raw_id}.")
    else:
        print("Nothing was applied: repeat with --apply.")


def _report_json(verdict: Verdict) -> None:
    report = {
        "good_rows": _good_rows(verdict.file),
        "problems": [asdict(problem) for problem in verdict.file.problems],
        "changes": [asdict(change) for change in verdict.changes],
        "event": verdict.raw_id,
    }
    print(orjson.dumps(report).decode())


def _good_rows(file: ImportFile) -> int:
    return len({fact.item for fact in file.parsed.facts})
