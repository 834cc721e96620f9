-- These are all the jobs that cron has now; what others (switched off, accounts polled no more) did is forgotten.
create or replace function events.keep_jobs(kept_jobs text[], kept_accounts text[]) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    delete from events.jobs
    where (job, account) not in (
        select kept.name, kept.code from unnest(kept_jobs, kept_accounts) kept (name, code));
$$;
