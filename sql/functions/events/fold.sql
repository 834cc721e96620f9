-- Folds a range of facts into the tables of a projector. Null, or what is wrong with one of them; then none is folded.
-- Errors that are not a fact's fault are raised. Facts may be of a time for which no partition has been made, if cron
-- has been away for weeks: then it is made.
create or replace function events.fold(projector_name text, after_id bigint, up_to_id bigint) returns text
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    fact_source regclass := events.source_of(after_id, up_to_id);
    problem text;
begin
    perform series.unbound_changes();
    for attempt in 1..2 loop
        begin
            execute format('select state.%I($1, $2, source => $3)', 'project_' || projector_name)
                using after_id, up_to_id, fact_source;
            return null;
        exception
            when data_exception or integrity_constraint_violation or cardinality_violation or program_limit_exceeded
                 or raise_exception then
                problem := format('%s (%s)', sqlerrm, sqlstate);
        end;
        exit when problem not like '%(23514)' or series.ensure_all(clock_timestamp()) = 0;
    end loop;
    return problem;
end $$;
