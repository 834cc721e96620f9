-- One check of the upstream's contract. results: [{"method", "verdict", "rows", "differences"}, …]
create or replace function drift.keep_contract_run(
    began_at timestamptz, over_at timestamptz, outcome text, results jsonb
) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    made bigint;
begin
    insert into drift.contract_runs (started_at, ended_at, verdict) values (began_at, over_at, outcome)
    returning run_id into made;
    insert into drift.contract_results (run_id, method, verdict, rows, differences)
    select made, told.method, told.verdict, told.rows, told.differences
    from jsonb_populate_recordset(null::drift.contract_results, results) told;
    return made;
end $$;
