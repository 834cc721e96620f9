"""A fact that cannot be folded costs its neighbours nothing, and what is not its fault sets nothing aside."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from database.facts import NOON
from database.log_rows import Connection, store_facts
from fixtures.database import Database
from fleet.db import make_pool
from fleet.pipeline.project_stage import ProjectStage

IMEI = "869999050001018"
ASIDE = "select projector, fact_id from events.set_aside order by 2"
# Whoever writes a heartbeat of this device is told what the test wants told.
REFUSE = """
    create function public.refuse() returns trigger language plpgsql as $$
    begin
        raise exception 'no' using errcode = '{}';
    end $$;
    create trigger refuse before insert on state.heartbeats for each row execute function public.refuse();
"""


def fix(number: int, **data: Any) -> dict[str, Any]:
    """The fix of a minute."""
    at = NOON + timedelta(minutes=number)
    told = {"lat": -1.25, "lon": 36.5, "quality": "gps", **data}
    return {
        "raw_id": number + 1, "received_at": at, "kind": "position_fix", "source": "jimi.push", "imei": IMEI,
        "occurred_at": at, "data": told,
    }  # fmt: skip


def heartbeat() -> dict[str, Any]:
    return fix(0) | {"kind": "heartbeat", "data": {"ignition": True}}


def advance(db: Connection, projector: str, most: int) -> Any:
    row = db.execute("select events.advance(%s, %s)", (projector, most)).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("poison", [{0}, {39}, {7, 8, 9}, {0, 13, 14, 39}, set(range(40))])
async def test_all_but_the_facts_that_cannot_be_folded_are_folded(database: Database, poison: set[int]) -> None:
    with database.connect("superuser") as db:
        store_facts(db, [fix(n, **({"lat": "north"} if n in poison else {})) for n in range(40)])
    pool = make_pool(database.url("worker"), "test-worker", 2)
    async with pool:
        stages = [ProjectStage(pool, projector) for projector in ("position_history", "live_positions")]
        for stage in stages:
            while await stage.drain():
                pass
    aside = database.rows("select fact_id - 1 from events.set_aside where projector = 'position_history'")
    assert {number for (number,) in aside} == poison
    good = [NOON + timedelta(minutes=n) for n in range(40) if n not in poison]
    assert database.rows("select fixed_at from state.position_history order by 1") == [(at,) for at in good]
    assert database.rows("select fixed_at from state.live_positions") == [(at,) for at in good[-1:]]
    behind = "select count(*) from events.cursors where projector in ('position_history', 'live_positions')"
    assert database.value(f"{behind} and position < 40") == 0


@pytest.mark.parametrize("code", ["22003", "23502", "23514", "21000", "54000", "P0001"])
def test_what_is_the_facts_fault_sets_it_aside(database: Database, code: str) -> None:
    with database.connect("superuser") as db:
        db.execute(REFUSE.format(code).encode())
        store_facts(db, [heartbeat()])
        assert advance(db, "heartbeats", 1) == 1
        assert advance(db, "heartbeats", 1) == 0
        assert db.execute(ASIDE).fetchall() == [("heartbeats", 1)]
        assert code in database.value("select error from events.set_aside")


@pytest.mark.parametrize("code", ["53100", "53200", "55P03", "40001", "40P01", "57014", "58030", "42703", "XX000"])
def test_what_is_not_the_facts_fault_sets_nothing_aside_and_moves_nothing(database: Database, code: str) -> None:
    with database.connect("superuser") as db:
        db.execute(REFUSE.format(code).encode())
        store_facts(db, [heartbeat()])
        with pytest.raises(psycopg.Error) as raised:
            advance(db, "heartbeats", 1)
        assert raised.value.sqlstate == code
        assert db.execute(ASIDE).fetchall() == []
        db.execute("drop trigger refuse on state.heartbeats")
        assert advance(db, "heartbeats", 1) == 1
        assert database.value("select count(*) from state.heartbeats") == 1


def test_a_projector_that_refuses_everything_stops_instead(database: Database) -> None:
    with database.connect("superuser") as db:
        store_facts(db, [fix(n, lat="north") for n in range(3)])
        db.execute(
            "insert into events.set_aside select 'position_history', -n, 1, now(), 0, 'position_fix', null, '', now()"
            " from generate_series(1, 999) n"
        )
        assert advance(db, "position_history", 1) == 1
        with pytest.raises(psycopg.errors.RaiseException, match="a thousand facts"):
            advance(db, "position_history", 1)
        assert database.value("select position from events.cursors where projector = 'position_history'") == 1


def test_facts_of_a_time_without_a_partition_have_one_made(database: Database) -> None:
    if database.value("select series.engine()") == "timescale":
        pytest.skip("chunks are made by themselves")
    with database.connect("superuser") as db:
        (newest,) = db.execute(
            "select max(c.oid::regclass::text) from pg_inherits join pg_class c on c.oid = inhrelid"
            " where inhparent = 'state.heartbeats'::regclass"
            " and c.relname <= 'heartbeats_p' || to_char(now(), 'YYYYMMDD')"
        ).fetchone() or ("",)
        at = database.value("select now()")
        db.execute(f"drop table {newest}".encode())
        store_facts(db, [heartbeat() | {"received_at": at, "occurred_at": at}])
        assert advance(db, "heartbeats", 10) == 1
        assert db.execute(ASIDE).fetchall() == []
        assert database.value("select count(*) from state.heartbeats") == 1
