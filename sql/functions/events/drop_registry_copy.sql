-- Empties schema `beside`: what events.copy_registry made, in this run or in one that was killed.
create or replace function events.drop_registry_copy() returns void
language plpgsql as $$
declare
    statement text;
begin
    for statement in
        select format('drop %s %s', case relkind when 'r' then 'table' else 'view' end, oid::regclass)
        from pg_catalog.pg_class where relnamespace = 'beside'::regnamespace and relkind in ('r', 'v')
        union all
        select format('drop function %s', oid::regprocedure)
        from pg_catalog.pg_proc where pronamespace = 'beside'::regnamespace
    loop
        execute statement;
    end loop;
end $$;
