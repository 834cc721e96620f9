-- The jobs of cron: when each last ran and succeeded, what it brought, and its problem.
-- waits_for: what it lacks to begin with. overdue: no success within twice its interval and five minutes, for
-- whatever reason.
create or replace function serve.fn_jobs(as_of timestamptz default now())
returns table (
    job text, account text, interval_s integer, started_at timestamptz, ended_at timestamptz,
    succeeded_at timestamptz, brought bigint, failures_in_a_row integer, problem text, waits_for text,
    overdue boolean
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select job, account, interval_s, started_at, ended_at, succeeded_at, brought, failures_in_a_row, problem,
           waits_for,
           coalesce(succeeded_at, '-infinity') < as_of - interval_s * interval '2 seconds' - interval '5 minutes'
    from events.jobs
    order by job, account;
$$;
