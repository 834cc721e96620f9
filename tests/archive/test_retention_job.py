"""Retention as people and the clock apply it: a job of cron, and a command that tells and does."""

from collections.abc import Callable
from pathlib import Path

import orjson

from archive.scene import Scene
from fixtures.roles import Platform, wait_until

Fill = Callable[..., list[int]]
JOB = "select succeeded_at is not null, brought, problem from events.jobs where job = 'retention'"


def test_cron_applies_retention_and_goes_on_beside_it(
    in_folder: Scene, platform: Platform, folder: Path, fill: Fill
) -> None:
    fill(in_folder.database)
    platform.cron(RETENTION_S="3600", **in_folder.environment)
    wait_until(lambda: in_folder.left() == 0, "the old day has left")
    wait_until(lambda: bool(in_folder.database.rows(JOB + " and succeeded_at is not null")), "it is noted")
    ((succeeded, brought, problem),) = in_folder.database.rows(JOB)
    assert (succeeded, problem) == (True, None)
    assert brought >= 41, "40 rows and their chunk"
    assert [path.suffix for path in folder.rglob("*") if path.is_file()] == [".parquet"]


def test_a_job_that_cannot_archive_fails_with_the_reason(
    in_folder: Scene, platform: Platform, folder: Path, fill: Fill
) -> None:
    fill(in_folder.database)
    folder.rmdir()
    platform.cron(RETENTION_S="3600", **in_folder.environment)
    wait_until(lambda: bool(in_folder.database.rows(JOB + " and problem is not null")), "it is noted")
    ((succeeded, _, problem),) = in_folder.database.rows(JOB)
    assert not succeeded
    assert "There is no file://" in problem
    assert in_folder.left() == 40


def test_the_command_tells_what_is_due_and_does_it_when_told_to(in_folder: Scene, fill: Fill) -> None:
    fill(in_folder.database)
    code, told, trouble = in_folder.apply("fleet", "retention", "--json")
    raw = {table["table_name"]: table for table in orjson.loads(told)["tables"]}["events.raw"]
    assert (raw["keep"], raw["due"], raw["held"]) == ("4 days", 1, "it is not archived")
    assert raw["bytes"] > 0
    assert (code, trouble, in_folder.left()) == (0, "", 40), "the next run archives it"

    code, told, trouble = in_folder.apply("fleet", "retention", "--apply", "--json")
    assert (code, trouble) == (0, "")
    assert orjson.loads(told)["applied"]["rows_archived"] == 40
    assert in_folder.left() == 0

    code, told, _ = in_folder.apply("fleet", "retention")
    assert code == 0
    assert "events.raw" in told
    assert "keeps 4 days, archived" in told


def test_only_one_process_applies_it_at_a_time(in_folder: Scene, fill: Fill) -> None:
    fill(in_folder.database)
    with in_folder.database.connect() as owner:
        owner.execute("select series.take_retention(gen_random_uuid())")
    code, _, trouble = in_folder.apply()
    assert code == 1
    assert "another process" in trouble
    assert in_folder.left() == 40


def test_the_archive_is_listed_and_a_changed_file_is_found(in_folder: Scene, folder: Path, fill: Fill) -> None:
    fill(in_folder.database)
    in_folder.apply()
    code, told, _ = in_folder.apply("fleet", "archive", "list", "--json")
    (file,) = orjson.loads(told)
    assert (code, file["rows"]) == (0, 40)
    assert in_folder.apply("fleet", "archive", "verify")[0] == 0

    path = folder / file["path"]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    code, told, _ = in_folder.apply("fleet", "archive", "verify")
    assert code == 1
    assert "is not the file that was written" in told
    path.unlink()
    code, told, _ = in_folder.apply("fleet", "archive", "verify", "--json")
    assert code == 1
    assert "cannot be read" in orjson.loads(told)["troubles"][0]["trouble"]
