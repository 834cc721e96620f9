-- A job of cron begins a run.
create or replace function events.note_job_start(job_name text, account_code text, every_s integer, at timestamptz)
returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    insert into events.jobs (job, account, interval_s, started_at) values (job_name, account_code, every_s, at)
    on conflict (job, account) do update set
        interval_s = excluded.interval_s, started_at = excluded.started_at;
$$;
