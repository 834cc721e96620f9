"""P2: rows leave the log by one way, through an archive that was read back and holds the same, byte for byte."""

from collections.abc import Callable
from pathlib import Path

import orjson
import psycopg
import pytest

from archive.scene import OLD, S3Server, Scene, lock
from database.old_rows import DAY, declare
from fixtures.roles import wait_until
from fleet.archive import parquet
from fleet.archive.rows import ArchivedRow
from fleet.local.server import find_server

Fill = Callable[..., list[int]]
EVERYTHING = """
    select id, received_at, source, account_id, topic, content_type, body, request_meta::text, verified_by
    from events.raw order by id"""


def read_back(scene: Scene) -> list[ArchivedRow]:
    """Every row of the entered files."""
    rows: list[ArchivedRow] = []
    for (path,) in scene.database.rows("select path from events.archives order by after_id"):
        with scene.store.opened(path) as file:
            rows += [row for page in parquet.read(file) for row in page]
    return rows


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_old_rows_go_through_the_archive_and_come_back_as_they_were(scene: Scene, fill: Fill) -> None:
    fill(scene.database)
    before = scene.database.rows(EVERYTHING)

    code, told, trouble = scene.apply()

    assert (code, trouble) == (0, "")
    assert orjson.loads(told)["rows_archived"] == len(before)
    assert scene.left() == 0
    assert read_back(scene) == before
    ((rows, body_bytes, first, last, file_sha256, path),) = scene.database.rows(
        "select rows, body_bytes, first_received_at, last_received_at, file_sha256, path from events.archives"
    )
    assert (rows, first, last) == (len(before), before[0][1], before[-1][1])
    assert body_bytes == sum(len(row[6]) for row in before)
    assert scene.store.sha256(path, lambda: None) == file_sha256


def test_a_second_run_finds_nothing_to_do(scene: Scene, fill: Fill) -> None:
    fill(scene.database)
    scene.apply()
    code, told, _ = scene.apply()
    assert code == 0
    assert not any(value for value in orjson.loads(told).values())
    assert scene.database.value("select count(*) from events.archives") == 1


def test_killed_while_it_writes_it_leaves_no_half_file_for_a_whole_one(
    in_folder: Scene, folder: Path, fill: Fill
) -> None:
    fill(in_folder.database, rows=60, body_bytes=1_000_000)
    process = in_folder.launch()
    wait_until(lambda: any(path.stat().st_size for path in files(folder)), "it writes")
    in_folder.kill(process)

    assert [path.suffix for path in files(folder)] == [".unfinished"]
    assert (in_folder.archived(), in_folder.left()) == (0, 60)
    assert in_folder.apply()[0] == 0
    assert [path.suffix for path in files(folder)] == [".parquet"]
    assert (in_folder.archived(), in_folder.left()) == (60, 0)


def test_killed_before_a_file_is_entered_it_is_written_again_under_its_name(
    in_folder: Scene, folder: Path, fill: Fill
) -> None:
    fill(in_folder.database)
    holder = lock(in_folder.database, "events.archives", "share")
    process = in_folder.launch()
    wait_until(lambda: [path.suffix for path in files(folder)] == [".parquet"], "the file is there")
    in_folder.kill(process)
    holder.close()

    assert (in_folder.archived(), in_folder.left()) == (0, 40)
    assert in_folder.apply()[0] == 0
    assert len(files(folder)) == 1
    assert (in_folder.archived(), in_folder.left()) == (40, 0)


def test_killed_between_archive_and_drop_it_archives_nothing_twice(in_folder: Scene, folder: Path, fill: Fill) -> None:
    fill(in_folder.database)
    reader = lock(in_folder.database, "events.raw", "access share")
    process = in_folder.launch()
    wait_until(lambda: in_folder.archived() == 40, "the file is entered")
    in_folder.kill(process)
    reader.close()

    assert in_folder.left() == 40
    code, told, _ = in_folder.apply()
    assert (code, orjson.loads(told)["rows_archived"]) == (0, 0)
    assert (len(files(folder)), in_folder.archived(), in_folder.left()) == (1, 40, 0)


def test_a_full_disk_drops_nothing_and_says_so(in_folder: Scene, folder: Path, fill: Fill) -> None:
    fill(in_folder.database)
    place = folder / "events.raw" / f"{OLD:%Y/%m/%d}"
    place.mkdir(parents=True)
    (place / f"{OLD:%H%M}-after-{0:019d}.parquet.unfinished").symlink_to("/dev/full")

    code, _, trouble = in_folder.apply()

    assert code == 1
    assert "No space left on device" in trouble
    assert (in_folder.archived(), in_folder.left(), files(folder)) == (0, 40, [])


def test_a_folder_that_has_vanished_is_not_made_anew(in_folder: Scene, folder: Path, fill: Fill) -> None:
    fill(in_folder.database)
    folder.rename(folder.with_name("elsewhere"))
    code, _, trouble = in_folder.apply()
    assert code == 1
    assert "There is no file://" in trouble
    assert (in_folder.archived(), in_folder.left()) == (0, 40)
    assert not folder.exists()


def test_a_store_that_has_vanished_drops_nothing_and_says_so(in_bucket: Scene, s3_server: S3Server, fill: Fill) -> None:
    fill(in_bucket.database)
    s3_server.stop()
    code, _, trouble = in_bucket.apply()
    assert code == 1
    assert "s3://fleet-archive/log" in trouble
    assert (in_bucket.archived(), in_bucket.left()) == (0, 40)


def test_without_an_archive_raw_rows_stay_and_the_rest_goes(in_folder: Scene, fill: Fill) -> None:
    fill(in_folder.database)
    with in_folder.database.connect() as owner:
        owner.execute(
            "insert into auth.access_log (at, action, outcome) values (now() - interval '500 days', 'x', 'ok')"
        )
    del in_folder.environment["ARCHIVE_URL"]
    code, told, trouble = in_folder.apply()
    assert (code, orjson.loads(told)["rows_deleted"]) == (1, 1)
    assert "events.raw: 1 chunks have been kept long enough" in trouble
    assert "Set ARCHIVE_URL." in trouble
    assert in_folder.left() == 40


def test_a_file_that_does_not_hold_what_the_log_holds_is_not_entered(in_folder: Scene, fill: Fill) -> None:
    ids = fill(in_folder.database)
    span = (OLD, OLD + DAY, 0, ids[-1])
    note = "select events.note_archive(%s, %s, %s, %s, %s, 1, 'x', 'a', 'b')"
    with in_folder.database.connect("cron") as cron, pytest.raises(psycopg.errors.DataCorrupted):
        cron.execute(note, (*span, "0" * 64))


def test_cron_reads_no_raw_row_that_is_not_due(in_folder: Scene, fill: Fill) -> None:
    fill(in_folder.database)
    with in_folder.database.connect() as owner:
        owner.execute("update series.retention set keep = '40 days' where table_name = 'events.raw'")
    with in_folder.database.connect("cron") as cron:
        page = "select count(*) from events.archive_page(%s, %s, 0, 100, 1000000)"
        assert cron.execute(page, (OLD, OLD + DAY)).fetchone() == (0,)


@pytest.mark.timescale
def test_a_compressed_day_is_masked_archived_and_dropped_like_another(in_folder: Scene, fill: Fill) -> None:
    database = in_folder.database
    if not find_server().has_timescale:
        pytest.skip("TimescaleDB is not installed on this server")
    masked, *others = fill(database)
    declare(database, "events.raw", "20 days", compress_after="4 days")
    with database.connect("cron") as cron:
        assert cron.execute("select series.compress_next('events.raw')").fetchone() != (None,)
    assert in_folder.apply("fleet", "erase", "--raw-id", str(masked), "--reason", "asked for")[0] == 0
    before = database.rows(EVERYTHING)
    assert {row[0] for row in before if row[6] != b"*" * len(row[6])} == set(others)

    declare(database, "events.raw", "4 days")
    code, told, trouble = in_folder.apply()

    assert (code, trouble) == (0, "")
    assert orjson.loads(told)["chunks_dropped"] == 1
    assert in_folder.left() == 0
    assert read_back(in_folder) == before
