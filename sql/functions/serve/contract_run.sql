-- The latest check of the upstream's contract with its results by method; null when there was none.
create or replace function serve.contract_run() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select to_jsonb(run) || jsonb_build_object('methods', (
        select coalesce(jsonb_agg(to_jsonb(result) - 'run_id' order by method), '[]')
        from drift.contract_results result where result.run_id = run.run_id))
    from drift.contract_runs run
    order by run_id desc limit 1;
$$;
