"""What must hold after every fault, whatever was killed, cut or full in between."""

import json
from collections import defaultdict
from datetime import datetime

from click.testing import Result
from typer.testing import CliRunner

from fixtures.database import Database
from fixtures.load import Load
from fixtures.roles import Platform, Process, wait_until
from fixtures.sender import Body
from fleet.__main__ import app


def assert_nothing_lost(platform: Platform, load: Load, within_s: float = 40.0) -> None:
    """Wait for the pipeline to catch up with a load that is over; check every promise that a fault could break."""
    for process in platform.started:
        assert_recovered(process)
    platform.wait_drained(within_s)
    database = platform.database
    assert load.acknowledged, "nothing was acknowledged: the fault was not tried"
    assert_acknowledged_bodies_are_in_the_log(database, load)
    assert_acknowledged_fixes_are_in_state(database, load)
    assert_every_item_is_accounted_for(database)
    assert_the_log_was_handed_out_once(database)
    assert_the_spans_cover_the_facts(database)
    assert_state_follows_the_facts(database)
    assert_the_ledger_adds_up(database)
    assert_state_is_what_the_log_says(database)


def assert_recovered(process: Process) -> None:
    """A role that was meant to run says that it is well; it fails when it has died."""
    if process.popen is not None and process.popen.returncode is None:
        wait_until(process.is_healthy, f"{process.role} recovers by itself: {process.log()[-2000:]}", 30)


def assert_acknowledged_bodies_are_in_the_log(database: Database, load: Load) -> None:
    """P1: each body that was answered 200 is in events.raw, byte for byte but for its masked token."""
    stored = {
        (bytes(body), sha256) for body, sha256 in database.rows("select body, request_meta->>'sha256' from events.raw")
    }
    lost = [body.marker for body in load.acknowledged if body.as_stored() not in stored]
    assert not lost, f"acknowledged and not in the log as it was sent: {lost}"


def assert_acknowledged_fixes_are_in_state(database: Database, load: Load) -> None:
    """Each fix of an acknowledged body is one row of state.position_history, with what the body said."""
    held: dict[tuple[str, datetime], list[float]] = defaultdict(list)
    for imei, fixed_at, speed_kmh in database.rows("select imei, fixed_at, speed_kmh from state.position_history"):
        held[imei, fixed_at].append(speed_kmh)
    wrong = {
        (body.marker, fix): held[fix]
        for body in load.acknowledged
        for fix in body.fixes
        if held[fix] != [body.number % 90]
    }
    assert not wrong, f"acknowledged and not exactly once in state: {wrong}"


def assert_every_item_is_accounted_for(database: Database) -> None:
    """Parsed + rejected = received, for every row of a load, repeats of a body included."""
    good, bad = Body("", 0).items - 1, 1
    wrong = database.rows(
        """
        select raw.id, parsed, rejected from events.raw
        cross join lateral (select count(*) parsed, count(distinct item) items from events.parsed
                            where raw_id = raw.id) facts
        cross join lateral (select count(*) rejected from events.rejected where raw_id = raw.id) refused
        where raw.source = 'jimi.push' and position('&marker='::bytea in raw.body) > 0
          and (parsed, items, rejected) <> (%s, %s, %s)
        """,
        good, good, bad,
    )  # fmt: skip
    assert not wrong, f"raw rows whose items are not all accounted for, once: {wrong[:20]}"


def assert_the_spans_cover_the_facts(database: Database) -> None:
    """Where projectors look for a fact, there it is."""
    missed = database.rows(
        """
        select id, received_at from events.parsed where not exists (
            select from events.parsed_spans where bucket = id >> 14 and id <= last_id
               and received_at between first_received_at and last_received_at)
        """
    )
    assert not missed, f"facts that no projector would look for: {missed[:20]}"


def assert_the_log_was_handed_out_once(database: Database) -> None:
    """No claim is left, and the ranges that were applied cover the log without a gap or an overlap."""
    assert database.rows("select * from events.claims") == []
    ranges = database.rows("select after_id, up_to_id from events.ledger where action = 'applied' order by after_id")
    ends = [0, *(up_to for _, up_to in ranges)]
    assert [after for after, _ in ranges] == ends[:-1], "ranges of the ledger overlap or leave a gap"
    assert ends[-1] == database.value("select coalesce(max(id), 0) from events.raw")


def assert_state_follows_the_facts(database: Database) -> None:
    """Every cursor is at the end; history is the set of fixes; the map shows each device's newest one."""
    behind = database.rows(
        "select projector from events.cursors where position <> (select coalesce(max(id), 0) from events.parsed)"
    )
    assert behind == []
    fixes = "select imei, occurred_at from events.parsed where kind = 'position_fix'"
    history = "select imei, fixed_at from state.position_history"
    assert database.rows(f"({fixes} except {history}) union all ({history} except {fixes})") == []
    assert (
        database.rows(
            """
            select imei, live.fixed_at, newest.fixed_at from state.live_positions live
            full join (select imei, max(fixed_at) fixed_at from state.position_history group by imei) newest
            using (imei)
            where live.fixed_at is distinct from newest.fixed_at
            """
        )
        == []
    )


def assert_the_ledger_adds_up(database: Database) -> None:
    """Received = parsed + rejected + without facts, nothing pending, and no fact of an item that no body holds."""
    days = "select distinct to_char(received_at at time zone 'Africa/Nairobi', 'YYYY-MM-DD') from events.raw"
    for (day,) in database.rows(days):
        told = command(database, "ledger", "--day", day, "--json")
        assert told.exit_code == 0, told.output
        totals = json.loads(told.stdout)["totals"]
        assert totals["received"] == totals["parsed"] + totals["rejected"] + totals["without_facts"], totals
        assert totals["pending"] == 0, totals


def assert_state_is_what_the_log_says(database: Database) -> None:
    """P5: every table of state, made anew from the log, is the live one row by row."""
    told = command(database, "state", "verify", "--json")
    found = json.loads(told.stdout)
    assert told.exit_code == 0, [each for each in found if each["differing_rows"]]
    assert not [each for each in found if each["problem"]]


def command(database: Database, *words: str) -> Result:
    """A command of the operator's, in this process."""
    return CliRunner().invoke(app, list(words), env=database.environment)
