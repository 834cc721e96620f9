-- A copy of schema `domain` in schema `beside`: the tables that the registry's projector writes, empty, what else is
-- there as it is, and the functions that write them, whose text names this schema in place of the live one. So facts
-- are folded apart by the very rules that hold for the live tables, and those carry no switch for it.
create or replace function events.copy_registry(written text[]) returns void
language plpgsql set check_function_bodies = off as $$
declare
    statement text;
begin
    perform events.drop_registry_copy();
    for statement in
        select format(case when oid::regclass::text = any (written)
                           then 'create table beside.%I (like domain.%1$I including all)'
                           else 'create view beside.%I as table domain.%1$I' end, relname)
        from pg_catalog.pg_class where relnamespace = 'domain'::regnamespace and relkind = 'r'
    loop
        execute statement;
    end loop;
    for statement in
        select regexp_replace(pg_get_functiondef(oid), '\m(domain|state(?=\.project_registry))\.', 'beside.', 'g')
        from pg_catalog.pg_proc where pronamespace = 'domain'::regnamespace or oid = 'state.project_registry'::regproc
    loop
        execute statement;
    end loop;
    alter table beside.accounts alter account_id restart with 1000000000;   -- numbers that no live account has
    insert into beside.accounts select * from domain.accounts where code = 'platform';
end $$;
