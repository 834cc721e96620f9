-- A job of cron has ended its run: what it brought, or its problem. A null `rows_brought` is a failure.
create or replace function events.note_job_end(
    job_name text, account_code text, at timestamptz, rows_brought bigint, trouble text
) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update events.jobs set
        ended_at = at,
        succeeded_at = case when rows_brought is null then succeeded_at else at end,
        brought = coalesce(rows_brought, 0),
        failures_in_a_row = case when rows_brought is null then failures_in_a_row + 1 else 0 end,
        problem = trouble,
        waits_for = null
    where job = job_name and account = account_code;
$$;
