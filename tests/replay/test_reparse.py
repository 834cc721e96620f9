"""P6: a new version of the parser is tried over history first, and applied it is as if it had been there always."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fixtures.database import Database, administer
from fleet.local.cluster import Cluster
from fleet.migrate import SyncConnection, connect
from fleet.model import Parsed, Raw
from fleet.parser import Limits
from fleet.reparse import apply as applying
from fleet.reparse.again import Parser, Span, find_span
from fleet.reparse.apply import AnotherUnfinished, apply
from fleet.reparse.commands import diff_of
from fleet.replay.progress import Progress
from replay.conftest import Fleet
from replay.log_of_all import fold_all
from replay.log_of_bodies import FIRST, LIMITS, SECOND, parse_as, receive
from replay.test_rebuild import state

BODIES = 120


@pytest.fixture
def owner(database: Database) -> Iterator[SyncConnection]:
    with connect(database.url("owner")) as connection:
        yield connection


def whole(owner: SyncConnection) -> Span:
    now = datetime.now(UTC)
    return find_span(owner, now - timedelta(hours=1), now + timedelta(hours=1))


def without_raw_times(tables: dict[str, Any]) -> dict[str, Any]:
    """Two databases receive the same bodies at different moments."""
    return {
        table: sorted(str({key: value for key, value in row.items() if key != "received_at"}) for row in rows)
        for table, rows in tables.items()
    }


@pytest.fixture
def from_the_start(cluster: Cluster, template: Database) -> Iterator[Database]:
    """The same log in a database that has known the second version alone."""
    other = Database("fleet_from_the_start", cluster)
    administer(cluster, "create database {} template {}", other.name, template.name)
    receive(other, BODIES)
    parse_as(other, SECOND)
    fold_all(other)
    yield other
    administer(cluster, "drop database {} with (force)", other.name)


def test_a_new_version_that_is_applied_leaves_state_as_if_it_had_always_been_there(
    database: Database, owner: SyncConnection, from_the_start: Database, fleet: Fleet
) -> None:
    receive(database, BODIES)
    parse_as(database, FIRST)
    fold_all(database)
    assert without_raw_times(state(database)) != without_raw_times(state(from_the_start))

    apply(owner, whole(owner), SECOND, LIMITS, Progress("test"))

    assert without_raw_times(state(database)) == without_raw_times(state(from_the_start))
    active = (
        "select raw_id, item, kind, parser_version, imei, occurred_at, data::text"
        " from events.active_facts order by 1, 2, 3"
    )
    assert database.rows(active) == from_the_start.rows(active)
    refused = "select raw_id, item, reason, parser_version from events.active_rejections order by 1, 2"
    assert database.rows(refused) == from_the_start.rows(refused)
    verified = fleet("state", "verify")
    assert verified.returncode == 0, verified.stdout


def test_what_would_change_is_told_by_kind_and_field_and_nothing_is_written(
    database: Database, owner: SyncConnection
) -> None:
    receive(database, BODIES)
    parse_as(database, FIRST)
    counts = "select (select count(*) from events.parsed), (select count(*) from events.ledger)"
    before = database.rows(counts)

    found = diff_of(owner, whole(owner), SECOND, LIMITS)

    assert database.rows(counts) == before
    assert (found.raw_rows, found.already) == (BODIES, 0)
    assert found.facts["heartbeat", "removed"].count == 10
    assert found.facts["device_event", "added"].count == 90
    assert set(found.facts) == {
        ("heartbeat", "removed"), ("device_event", "added"), ("position_fix", "changed")
    }  # fmt: skip
    assert set(found.fields) == {("position_fix", "occurred_at"), ("position_fix", "speed_kmh")}
    assert found.fields["position_fix", "speed_kmh"].example == (0, 99)
    assert found.rejections["zero_position", "removed"].count == 30


def test_what_was_killed_in_the_middle_is_gone_on_with(
    database: Database, owner: SyncConnection, from_the_start: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(database, BODIES)
    parse_as(database, FIRST)
    fold_all(database)
    monkeypatch.setattr("fleet.reparse.again.CHUNK_ROWS", 40)
    tell = Progress.tell

    def die(progress: Progress, done: int, total: int) -> None:
        if done >= 80:
            raise KeyboardInterrupt
        tell(progress, done, total)

    monkeypatch.setattr(Progress, "tell", die)
    with pytest.raises(KeyboardInterrupt):
        apply(owner, whole(owner), SECOND, LIMITS, Progress("test"))
    monkeypatch.undo()
    assert database.value("select position - after_id from events.reparses") == 80
    with pytest.raises(AnotherUnfinished, match=f"version {SECOND.version}"):
        apply(owner, Span(5, 9), SECOND, LIMITS, Progress("test"))

    apply(owner, whole(owner), SECOND, LIMITS, Progress("test"))

    assert without_raw_times(state(database)) == without_raw_times(state(from_the_start))
    assert database.value("select count(*) from events.ledger where action = 'superseded'") == 3


def test_killed_after_the_last_chunk_state_is_still_made_to_follow(
    database: Database, owner: SyncConnection, from_the_start: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(database, BODIES)
    parse_as(database, FIRST)
    fold_all(database)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(applying, "_make_state_follow", die)
    with pytest.raises(KeyboardInterrupt):
        apply(owner, whole(owner), SECOND, LIMITS, Progress("test"))
    monkeypatch.undo()
    apply(owner, whole(owner), SECOND, LIMITS, Progress("test"))
    assert without_raw_times(state(database)) == without_raw_times(state(from_the_start))


def test_a_version_that_is_given_up_again_leaves_no_trace(
    database: Database, owner: SyncConnection, fleet: Fleet
) -> None:
    receive(database, BODIES)
    parse_as(database, FIRST)
    fold_all(database)
    before = state(database)
    apply(owner, whole(owner), SECOND, LIMITS, Progress("test"))
    assert state(database) != before
    apply(owner, whole(owner), FIRST, LIMITS, Progress("test"))
    after = state(database)
    assert {table for table in before if before[table] != after[table]} == set()


def test_the_command_tells_applies_and_has_nothing_left_to_do(database: Database, fleet: Fleet) -> None:
    receive(database, 8)
    parse_as(database, SECOND)
    fold_all(database)
    now = datetime.now(UTC)
    span = ("--from", (now - timedelta(hours=1)).isoformat(), "--to", (now + timedelta(hours=1)).isoformat())
    told = fleet("reparse", "--parser-version", str(FIRST.version), *span, "--dry-run")
    assert told.returncode == 1, told.stderr
    assert "speed_kmh" in told.stdout
    done = fleet("reparse", "--parser-version", str(FIRST.version), *span)
    assert done.returncode == 0, done.stderr
    again = fleet("reparse", "--parser-version", str(FIRST.version), *span, "--dry-run", "--json")
    assert (again.returncode, '"already": 8' in again.stdout) == (0, True)


def test_a_version_that_is_not_there_is_refused_by_naming_the_one_that_is(fleet: Fleet) -> None:
    done = fleet("reparse", "--parser-version", "99", "--from", "2026-11-01", "--to", "2026-11-02")
    assert done.returncode == 2
    assert f"version {FIRST.version} alone" in done.stderr


def test_a_fact_that_the_database_refuses_becomes_a_rejection_of_its_own(
    database: Database, owner: SyncConnection, fleet: Fleet
) -> None:
    receive(database, 12)
    parse_as(database, FIRST)
    fold_all(database)

    def with_a_zero(raw: Raw, limits: Limits) -> Parsed:
        """A parser that lets a text through which no column takes: each body's first heartbeat has one."""
        parsed = FIRST.parse(raw, limits)
        facts = [
            replace(fact, data=fact.data | {"note": "a\x00b"}) if (fact.kind, fact.item) == ("heartbeat", 0) else fact
            for fact in parsed.facts
        ]
        return Parsed(facts, parsed.rejections)

    third = Parser(SECOND.version + 1, with_a_zero)
    apply(owner, whole(owner), third, LIMITS, Progress("test"))

    new = " from events.rejected where parser_version = %s and detail like 'cannot be stored: %%'"
    assert database.rows(f"select raw_id, item, reason {new} order by 1", third.version) == [
        (raw_id, 0, "wrong_type") for raw_id in (2, 6, 10)
    ]
    facts = "select raw_id, item, kind from events.parsed where parser_version = %s order by 1, 2, 3"
    before, after = (database.rows(facts, version) for version in (FIRST.version, third.version))
    assert sorted(set(before) - set(after)) == [(raw_id, 0, "heartbeat") for raw_id in (2, 6, 10)]
    assert database.rows(facts.replace("events.parsed where parser_version = %s", "events.active_facts")) == after
    assert database.value("select count(*) from state.heartbeats") == 6
    assert fleet("state", "verify").returncode == 0
