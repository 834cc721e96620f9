"""P12: what each login may do, tried as that login; everything else is refused.

The objects are read from the catalogue: a table that nobody has decided about here fails the test.
"""

from collections.abc import Iterator

import psycopg
import pytest

from database.log_rows import Connection
from fixtures.database import LOGINS, Database

SCHEMAS = ("events", "state", "domain", "slo", "serve", "auth", "series", "drift", "geo")
OTHERS = tuple(login for login in LOGINS if login != "owner")

TABLES: dict[str, dict[str, set[str]]] = {
    "auth.access_log": {},
    "auth.accounts": {},
    "auth.push_credentials": {},
    "auth.push_tally": {},
    "auth.tokens": {},
    "auth.upstream_tokens": {},
    "domain.accounts": {"cron": {"select"}},
    "domain.assigned_cities": {},
    "domain.cost_centres": {},
    "domain.device_assignments": {},
    "domain.device_classes": {},
    "domain.device_models": {},
    "domain.devices": {},
    "domain.driver_assignments": {},
    "domain.drivers": {},
    "domain.identity_statements": {},
    "domain.lifecycle_statements": {},
    "domain.lifecycle_transitions": {},
    "domain.listed_devices": {},
    "domain.listing_runs": {},
    "domain.vehicles": {},
    "drift.completeness": {},
    "drift.contract_results": {},
    "drift.contract_runs": {},
    "drift.cursor": {},
    "drift.fields": {"worker": {"select"}},
    "drift.findings": {"worker": {"select"}},
    "drift.listings": {"worker": {"select"}},
    "drift.topics": {"worker": {"select"}},
    "events.archives": {},
    "events.active_facts": {},
    "events.active_rejections": {},
    "events.claims": {},
    "events.cursors": {},
    "events.days_refolded": {},
    "events.days_to_fold": {},
    "events.erasures": {},
    "events.frontiers": {},
    "events.jobs": {},
    "events.ledger": {},
    "events.parsed": {},
    "events.parsed_spans": {},
    "events.poll_watermarks": {},
    "events.polled_devices": {},
    "events.raw": {"worker": {"select"}},
    "events.rebuilds": {},
    "events.rejected": {},
    "events.reparse_requests": {},
    "events.set_aside": {},
    "geo.geocoders": {},
    "geo.lookout": {},
    "geo.waiting": {},
    "events.reparses": {},
    "series.catalog": {},
    "series.horizons": {},
    "series.retention": {"cron": {"select"}},
    "series.retention_lease": {},
    "serve.v_live_dedup": {"reader": {"select"}, "grafana": {"select"}},
    "slo.targets": {"grafana": {"select"}},
    "state.active_devices": {},
    "state.alarms": {},
    "state.device_events": {},
    "state.daily_rollups": {},
    "state.devices": {},
    "state.fault_codes": {},
    "state.fuel_readings": {},
    "state.geocoded_positions": {},
    "state.heartbeats": {},
    "state.hourly_rollups": {},
    "state.identities": {},
    "state.lbs_readings": {},
    "state.live_positions": {},
    "state.mounts": {},
    "state.obd_readings": {},
    "state.parking_events": {},
    "state.position_history": {},
    "state.reported_trips": {},
    "state.temperature_readings": {},
    "state.trips": {},
    "state.v_trips": {},
    "state.vehicle_days": {},
}
VIEWS = {
    "events.active_facts",
    "events.active_rejections",
    "serve.v_live_dedup",
    "state.active_devices",
    "state.v_trips",
}
SEQUENCES: dict[str, set[str]] = {"events.parsed_id": set(), "events.raw_id": set()}
READER_ADMIN = {
    "serve.fn_admin_item",
    "serve.fn_admin_page",
    "serve.fn_admin_refusal",
    "serve.fn_device_history",
    "serve.fn_gaps",
    "serve.fn_statement_fate",
    "serve.fn_vehicle_history",
    "serve.platform_account",
}
FUNCTIONS: dict[str, set[str]] = {
    "push": {"events.append_raw"},
    "reader": READER_ADMIN
    | {
        "serve.fn_live_view",
        "serve.live_view_text",
        "serve.fn_live_dedup",
        "serve.fn_events_beside",
        "serve.fn_events_of",
        "serve.fn_fleet_at",
        "serve.fleet_at_text",
        "serve.normalize_plate",
        "serve.contract_run",
        "serve.drift_findings",
        "serve.rejections",
        "serve.facts_set_aside",
        "serve.fn_jobs",
    },
    "session": {
        "auth.active_push_credentials",
        "auth.add_push_tally",
        "auth.close_session",
        "auth.find_account",
        "auth.locked_until",
        "auth.note_login",
        "auth.open_session",
        "auth.rotate_token",
        "auth.ask_reparse",
        "auth.read_raw",
        "auth.reparse_outcome",
        "auth.withdraw_reparse",
        "drift.acknowledge",
    },
    "worker": {
        "drift.keep",
        "drift.next_rows",
        "events.claim_days",
        "events.claim_raw",
        "events.finish_claim",
        "events.finish_days",
        "events.finish_reparse",
        "events.lock_vehicles_of_days",
        "events.next_reparse",
        "events.set_aside_counts",
        "events.advance",
        "events.lag",
        "geo.keep_answer",
        "geo.look_for_places",
        "geo.next_question",
        "geo.note_failure",
        "geo.status",
        "state.day_fixes",
        "state.keep_vehicle_days",
    },
    "cron": {
        "auth.hold_upstream_token",
        "auth.lease_upstream_token",
        "auth.read_upstream_token",
        "auth.release_upstream_token",
        "auth.save_upstream_token",
        "domain.devices_to_poll",
        "drift.keep_contract_run",
        "domain.note_found_account",
        "events.append_raw",
        "events.archive_page",
        "events.enter_polled_devices",
        "events.forget_poll_watermark",
        "events.job_successes",
        "events.keep_jobs",
        "events.lag",
        "events.move_poll_watermark",
        "events.next_archive",
        "events.note_archive",
        "events.note_job_end",
        "events.note_job_start",
        "events.note_job_wait",
        "events.read_poll_watermarks",
        "series.compress_next",
        "series.delete_next",
        "series.drop_next",
        "series.ensure_all",
        "series.release_retention",
        "series.retention_report",
        "series.take_retention",
    },
    "grafana": {"slo.fn_status", "serve.fn_live_dedup"},
}


@pytest.fixture(scope="module")
def connections(standing_database: Database) -> Iterator[dict[str, Connection]]:
    """One open connection a login."""
    opened = {login: standing_database.connect(login) for login in LOGINS}
    yield opened
    for connection in opened.values():
        connection.close()


def refused(db: Connection, statement: str) -> bool:
    """Is the statement refused for want of a right? It changes nothing in either case."""
    try:
        with db.transaction(force_rollback=True):
            db.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        return True
    except psycopg.Error:
        return False
    return False


def relations(database: Database, kinds: str) -> list[str]:
    """The names of relations of our schemas, without partitions."""
    return [
        name
        for (name,) in database.rows(
            "select format('%%I.%%I', nspname, relname) from pg_class join pg_namespace n on n.oid = relnamespace"
            " where nspname = any(%s) and relkind = any(%s) and not relispartition"
            " and (relkind <> 'S' or not exists (select from pg_depend where objid = pg_class.oid and deptype = 'i'))"
            " order by 1",
            list(SCHEMAS),
            list(kinds),
        )
    ]


def columns(database: Database, table: str) -> list[str]:
    return [
        name
        for (name,) in database.rows(
            "select quote_ident(attname) from pg_attribute"
            " where attrelid = %s::regclass and attnum > 0 order by attnum",
            table,
        )
    ]


def test_every_table_and_sequence_has_been_decided_about(standing_database: Database) -> None:
    assert relations(standing_database, "rpvmf") == sorted(TABLES)
    assert relations(standing_database, "S") == sorted(SEQUENCES)


def test_our_objects_are_in_our_schemas_alone(standing_database: Database) -> None:
    known = (
        *SCHEMAS,
        "rebuild",
        "scratch",
        "beside",
        "public",
        "information_schema",
        "pg_",
        "_timescaledb",
        "timescaledb",
    )
    schemas = [name for (name,) in standing_database.rows("select nspname from pg_namespace")]
    assert [name for name in schemas if not name.startswith(known)] == []


@pytest.mark.parametrize("login", OTHERS)
def test_a_login_reads_and_writes_the_tables_it_must_and_no_other(
    standing_database: Database, connections: dict[str, Connection], login: str
) -> None:
    db = connections[login]
    for table, rights in TABLES.items():
        first = columns(standing_database, table)[0]
        attempts = {
            "select": f"select * from {table} limit 0",
            "insert": f"explain insert into {table} default values",
            "update": f"explain update {table} set {first} = default",
            "delete": f"explain delete from {table}",
            "truncate": f"truncate {table}",
        }
        if table in VIEWS:
            attempts = {"select": attempts["select"]}  # a view cannot be written anyhow
        allowed = {right for right, statement in attempts.items() if not refused(db, statement)}
        assert allowed == rights.get(login, set()), table


@pytest.mark.parametrize("login", OTHERS)
def test_no_login_reaches_a_partition_by_its_own_name(
    standing_database: Database, connections: dict[str, Connection], login: str
) -> None:
    partitions = standing_database.rows(
        "select relname::text, nspname from pg_class join pg_namespace n on n.oid = relnamespace"
        " where relispartition and relkind = 'r' and nspname = any(%s)",
        list(SCHEMAS),
    )
    if not partitions:
        pytest.skip("hypertables: their chunks carry the grants of their table")
    newest: dict[str, str] = {}
    for name, schema in sorted(partitions):
        newest[f"{schema}.{name.rpartition('_p')[0]}"] = f"{schema}.{name}"
    for partition in newest.values():
        for statement in (f"select from {partition} limit 0", f"explain insert into {partition} default values"):
            assert refused(connections[login], statement), statement


@pytest.mark.parametrize("login", OTHERS)
def test_a_login_draws_numbers_from_no_sequence_but_its_own(connections: dict[str, Connection], login: str) -> None:
    for sequence, users in SEQUENCES.items():
        assert refused(connections[login], f"select nextval('{sequence}')") == (login not in users)
        assert refused(connections[login], f"select setval('{sequence}', 1)")


@pytest.mark.parametrize("login", OTHERS)
def test_a_login_executes_its_functions_and_no_other(
    standing_database: Database, connections: dict[str, Connection], login: str
) -> None:
    functions = standing_database.rows(
        "select format('%%I.%%I', nspname, proname), prokind::text, coalesce((select string_agg("
        " 'null::' || format_type(argument, null), ', ' order by place)"
        " from unnest(proargtypes) with ordinality as a (argument, place)), '')"
        " from pg_proc join pg_namespace n on n.oid = pronamespace"
        " where nspname = any(%s) and prorettype <> 'trigger'::regtype order by 1",
        list(SCHEMAS),
    )
    assert FUNCTIONS[login] <= {name for name, _, _ in functions}
    allowed = {
        name
        for name, _, arguments in functions
        if not refused(connections[login], f"explain select {name}({arguments})")
    }
    assert allowed == FUNCTIONS[login]


@pytest.mark.parametrize("login", LOGINS)
def test_advisory_locks_are_the_owners_alone(
    standing_database: Database, connections: dict[str, Connection], login: str
) -> None:
    functions = standing_database.rows(
        "select proname::text, (select string_agg('1::' || format_type(argument, null), ', ')"
        " from unnest(proargtypes) argument) from pg_proc"
        " where pronamespace = 'pg_catalog'::regnamespace and proname ~ 'advisory' and proname !~ 'unlock_all'"
    )
    assert len(functions) >= 20
    for name, arguments in functions:
        statement = f"select {name}({arguments})"
        assert refused(connections[login], statement) == (login != "owner"), statement


@pytest.mark.parametrize("login", OTHERS)
def test_a_login_creates_nothing_that_lasts(connections: dict[str, Connection], login: str) -> None:
    db = connections[login]
    for schema in ("public", *SCHEMAS):
        assert refused(db, f"create table {schema}.mine (n integer)")
        assert refused(db, f"create function {schema}.mine() returns int language sql as 'select 1'")
    for statement in (
        "create schema mine",
        "create role mine",
        "create extension pg_trgm",
    ):
        assert refused(db, statement)


@pytest.mark.parametrize("login", OTHERS)
def test_a_login_is_nobody_else_and_no_administrator(
    standing_database: Database, connections: dict[str, Connection], login: str
) -> None:
    name = f"fleet_{login}"
    for role in ("fleet_owner", "postgres", "pg_read_all_data", "pg_monitor"):
        assert refused(connections[login], f"set local role {role}")
    assert standing_database.rows(
        "select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls from pg_roles where rolname = %s",
        name,
    ) == [(False,) * 5]
    assert not standing_database.rows("select from pg_auth_members where member = %s::regrole", name)


@pytest.mark.parametrize("login", OTHERS)
def test_a_login_that_hangs_is_cut_off(connections: dict[str, Connection], login: str) -> None:
    for setting in ("statement_timeout", "idle_in_transaction_session_timeout"):
        row = connections[login].execute("select setting::int from pg_settings where name = %s", (setting,)).fetchone()
        assert row is not None
        assert row[0] > 0, setting


def test_functions_that_run_as_the_owner_look_names_up_in_the_catalogue_first(standing_database: Database) -> None:
    loose = standing_database.rows(
        "select oid::regprocedure::text from pg_proc where prosecdef and pronamespace = any(%s::regnamespace[])"
        " and not coalesce(proconfig, '{}') @> array['search_path=pg_catalog, pg_temp']",
        list(SCHEMAS),
    )
    assert loose == []
