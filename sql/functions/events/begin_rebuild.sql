-- Begins to build a table of state beside the live one, or goes on where a killed run was: unless the table, its
-- fold, the source, what counts of the log or what is set aside of it has changed since. Returns the id of the last
-- fact folded so far.
create or replace function events.begin_rebuild(
    target text, projector_name text, fact_source text default 'events.active_facts'
) returns bigint
language plpgsql as $$
declare
    beside text := 'rebuild.' || split_part(target, '.', 2);
    fold regproc := 'state.project_' || split_part(target, '.', 2);
    known bigint := coalesce((select max(entry_id) from events.ledger where action = 'superseded'), 0);
    left_out text := (select array_agg(fact_id order by fact_id)::text from events.set_aside
                      where projector = projector_name);
    digest text := (select md5(concat(pg_get_functiondef(fold), left_out,
                                      string_agg(attname || ' ' || atttypid::regtype, ',' order by attnum)))
                    from pg_catalog.pg_attribute where attrelid = target::regclass and attnum > 0);
    begins_after bigint;
begin
    perform events.restrict_facts(beside || '_facts', fact_source::regclass, projector_name);
    select position into begins_after from events.rebuilds
    where table_name = target and source = fact_source and superseded = known and made_by = digest;
    if found and to_regclass(beside) is not null then
        return begins_after;
    end if;
    perform series.discard(beside);
    perform series.make_beside(target, beside);
    begins_after := events.before_facts(fact_source);
    delete from events.rebuilds where table_name = target;
    insert into events.rebuilds (table_name, source, position, superseded, made_by)
    values (target, fact_source, begins_after, known, digest);
    return begins_after;
end $$;
