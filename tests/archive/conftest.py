"""Archives for tests, and old rows to put into them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.scene import BUCKET, OLD, S3Server, Scene, end, keep_four_days
from fixtures.database import Database
from fixtures.roles import free_port


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a folder archive lies."""
    made = tmp_path / "archive"
    made.mkdir()
    return made


@pytest.fixture
def in_folder(database: Database, folder: Path) -> Iterator[Scene]:
    """An archive in a folder, and four days to keep."""
    keep_four_days(database)
    scene = Scene(database, {"ARCHIVE_URL": f"file://{folder}"})
    yield scene
    end(scene)


@pytest.fixture
def s3_server() -> Iterator[S3Server]:
    """A store in a process of its own."""
    server = S3Server(free_port()).start()
    yield server
    server.stop()


@pytest.fixture
def in_bucket(database: Database, s3_server: S3Server) -> Iterator[Scene]:
    """An archive in a bucket, and four days to keep."""
    keep_four_days(database)
    scene = Scene(
        database,
        {
            "ARCHIVE_URL": f"s3://{BUCKET}/log",
            "ARCHIVE_S3_ENDPOINT": s3_server.url,
            "ARCHIVE_S3_KEY": "key",
            "ARCHIVE_S3_SECRET": "secret",
        },
    )
    yield scene
    end(scene)


@pytest.fixture(params=["in_folder", "in_bucket"])
def scene(request: pytest.FixtureRequest) -> Scene:
    """An archive of either kind."""
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@pytest.fixture
def fill() -> Callable[..., list[int]]:
    """Raw rows of one old day with bodies of every kind, parsed and folded."""

    def fill(database: Database, rows: int = 40, body_bytes: int = 300) -> list[int]:
        with database.connect() as owner:
            owner.execute("select series.ensure('events.raw', %s, %s)", (OLD, OLD))
            ids = [
                number
                for (number,) in owner.execute(
                    "insert into events.raw select nextval('events.raw_id'), %s + n * interval '1.000003 s', "
                    " case when n %% 3 = 0 then 'jimi.poll' else 'jimi.push' end, account_id, 'tópic|' || n, 'a/b',"
                    " substr(decode(repeat(md5(n::text), %s / 16 + 1), 'hex') || decode('00ff', 'hex'), 1, %s),"
                    " jsonb_build_object('n', n, 'text', 'é|\"', 'deep', jsonb_build_array(1.50, null)), 'token'"
                    " from domain.accounts, generate_series(1, %s) n where code = 'platform' order by n returning id",
                    (OLD, body_bytes, body_bytes, rows),
                ).fetchall()
            ]
            owner.execute("update events.frontiers set handed_out = %s", (ids[-1],))
        return ids

    return fill
