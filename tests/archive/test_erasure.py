"""P2: an erasure masks bytes wherever they are, keeps length and hash, and says who ordered it and why."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from archive.scene import Scene, lock
from fixtures.roles import wait_until
from fleet.archive import parquet

Fill = Callable[..., list[int]]
BODY = "select body from events.raw where id = %s"


def erase(scene: Scene, raw_id: int) -> tuple[int, str, str]:
    return scene.apply("fleet", "erase", "--raw-id", str(raw_id), "--reason", "asked for by the driver", "--by", "dpo")


def in_archive(scene: Scene, raw_id: int) -> Any:
    """The row as the file that counts holds it."""
    ((path,),) = scene.database.rows("select path from events.archives order by revision desc limit 1")
    with scene.store.opened(path) as file:
        (row,) = [row for page in parquet.read(file) for row in page if row.id == raw_id]
    return row


def test_a_body_in_the_log_is_masked_and_its_neighbours_are_not(in_folder: Scene, fill: Fill) -> None:
    raw_id, neighbour = fill(in_folder.database)[:2]
    body, other = in_folder.database.value(BODY, raw_id), in_folder.database.value(BODY, neighbour)

    code, told, trouble = erase(in_folder, raw_id)

    assert (code, trouble) == (0, "")
    assert "300 bytes" in told
    assert in_folder.database.value(BODY, raw_id) == b"*" * len(body)
    assert in_folder.database.value(BODY, neighbour) == other
    digest = hashlib.sha256(body).hexdigest()
    assert in_folder.database.rows(
        "select bytes, body_sha256, reason, erased_by, request_meta->>'erased_sha256' from events.erasures"
        " join events.raw on id = raw_id where raw_id = %s",
        raw_id,
    ) == [(300, digest, "asked for by the driver", "dpo", digest)]


def test_a_body_in_the_archive_is_masked_there(scene: Scene, fill: Fill) -> None:
    raw_id, neighbour = fill(scene.database)[:2]
    body = scene.database.value(BODY, raw_id)
    scene.apply()
    other = in_archive(scene, neighbour)
    ((old_path,),) = scene.database.rows("select path from events.archives")

    assert erase(scene, raw_id)[0] == 0

    masked = in_archive(scene, raw_id)
    assert masked.body == b"*" * len(body)
    assert hashlib.sha256(body).hexdigest() in masked.request_meta
    assert in_archive(scene, neighbour) == other
    assert scene.apply("fleet", "archive", "verify")[0] == 0
    with pytest.raises(Exception, match="cannot be read"), scene.store.opened(old_path):
        pass
    assert erase(scene, raw_id)[0] == 0, "once more is no harm"
    assert scene.database.value("select count(*) from events.archives") == 2


def test_a_body_that_is_archived_and_not_dropped_yet_is_masked_in_both(
    in_folder: Scene, folder: Path, fill: Fill
) -> None:
    raw_id, *_ = fill(in_folder.database)
    reader = lock(in_folder.database, "events.raw", "access share")
    process = in_folder.launch()
    wait_until(lambda: in_folder.archived() == 40, "the file is entered")
    in_folder.kill(process)
    reader.close()
    assert erase(in_folder, raw_id)[0] == 0
    assert in_folder.database.value(BODY, raw_id) == in_archive(in_folder, raw_id).body == b"*" * 300
    assert len(list(folder.rglob("*.parquet"))) == 1
    assert in_folder.apply()[0] == 0
    assert in_folder.left() == 0


def test_no_statement_changes_a_body_without_the_note(in_folder: Scene, fill: Fill) -> None:
    raw_id, *_ = fill(in_folder.database)
    for login in ("owner", "superuser"):
        with in_folder.database.connect(login) as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute("update events.raw set body = '' where id = %s", (raw_id,))
    with in_folder.database.connect("cron") as cron, pytest.raises(psycopg.errors.InsufficientPrivilege):
        cron.execute("select events.erase_raw(%s, now(), 1, '', '', '')", (raw_id,))


def test_a_row_that_nobody_knows_is_told(in_folder: Scene) -> None:
    code, _, trouble = erase(in_folder, 999)
    assert code == 2
    assert "there is no such raw row" in trouble
    assert in_folder.database.rows("select from events.erasures") == []
