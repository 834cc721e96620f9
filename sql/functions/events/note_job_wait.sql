-- A job of cron could not begin: what it waits for. Its last success stays what it was.
create or replace function events.note_job_wait(job_name text, account_code text, at timestamptz, what_for text)
returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update events.jobs set ended_at = at, brought = 0, failures_in_a_row = 0, problem = null, waits_for = what_for
    where job = job_name and account = account_code;
$$;
