"""An append that has its number and is not committed, so that pushes are in flight for as long as a test likes."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from fixtures.database import Database
from fixtures.roles import wait_until

APPEND = """
    select events.append_raw(array['jimi.push'], array[1], array['probe'], array['text/plain'],
                             array['held open'::bytea], array['{}'], array['test'])
"""
WAITS_FOR_THE_LOG = "select from pg_locks where locktype = 'advisory' and objid = 1 and not granted"


@contextmanager
def held_append(database: Database) -> Iterator[psycopg.Connection]:
    """Begins when pushes wait behind the open append; what waits there cannot have overtaken it."""
    with psycopg.connect(database.url("superuser")) as db:
        db.execute(APPEND)
        wait_until(lambda: bool(database.rows(WAITS_FOR_THE_LOG)), "pushes wait behind the open append")
        yield db
