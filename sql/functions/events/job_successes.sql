-- When each job of cron last succeeded: a restart goes on from there.
create or replace function events.job_successes()
returns table (job text, account text, succeeded_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select job, account, succeeded_at from events.jobs where succeeded_at is not null;
$$;
