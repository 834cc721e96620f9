-- One login a role, cluster-wide, without password here (fleet migrate sets them from the environment).
do $$
declare
    wanted text;
begin
    foreach wanted in array array['fleet_push', 'fleet_reader', 'fleet_session', 'fleet_worker', 'fleet_cron',
                                  'fleet_grafana'] loop
        if not exists (select from pg_catalog.pg_roles where rolname = wanted) then
            execute format('create role %I nologin', wanted);
        end if;
    end loop;
exception when duplicate_object or unique_violation then null;   -- another migrator of this cluster was faster
end $$;

alter role fleet_push    set statement_timeout = '10s';
alter role fleet_reader  set statement_timeout = '15s';
alter role fleet_reader  set work_mem = '64MB';   -- the live view of 10,000 vehicles stays off the disk
alter role fleet_session set statement_timeout = '10s';
alter role fleet_worker  set statement_timeout = '10min';
alter role fleet_cron    set statement_timeout = '5min';
alter role fleet_grafana set statement_timeout = '30s';
alter role fleet_push    set idle_in_transaction_session_timeout = '10s';
alter role fleet_reader  set idle_in_transaction_session_timeout = '10s';
alter role fleet_session set idle_in_transaction_session_timeout = '10s';
alter role fleet_worker  set idle_in_transaction_session_timeout = '60s';
alter role fleet_cron    set idle_in_transaction_session_timeout = '60s';
alter role fleet_grafana set idle_in_transaction_session_timeout = '10s';

-- A worker holds row locks while it folds: a machine that vanished in the middle
-- must be noticed in seconds, not in the two hours of the system default, for others wait behind it.
alter role fleet_worker set tcp_keepalives_idle = '5s';
alter role fleet_worker set tcp_keepalives_interval = '5s';
alter role fleet_worker set tcp_keepalives_count = 3;

-- Sessions speak UTC by their login, not by a start-up option: a pooler refuses those.
do $$
declare
    login text;
begin
    foreach login in array array['fleet_push', 'fleet_reader', 'fleet_session', 'fleet_worker', 'fleet_cron',
                                 'fleet_grafana', current_user] loop
        execute format('alter role %I set timezone = %L', login, 'UTC');
    end loop;
end $$;
