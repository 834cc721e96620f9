-- What only a superuser can do, once and again without harm: extensions, and taking advisory locks,
-- large objects and temporary tables away from everybody who has no business with them.
do $$ begin
    if exists (select from pg_available_extensions where name = 'timescaledb')
       and current_setting('shared_preload_libraries') like '%timescaledb%' then
        create extension if not exists timescaledb;
    end if;
end $$;
create extension if not exists postgis;

do $$
declare
    lock_function regprocedure;
begin
    for lock_function in
        select oid::regprocedure from pg_catalog.pg_proc
        where pronamespace = 'pg_catalog'::regnamespace and proname ~ '^(pg_(try_)?advisory_|lo_)'
    loop
        execute format('revoke execute on function %s from public', lock_function);
        execute format('grant execute on function %s to fleet_owner', lock_function);
    end loop;
end $$;

do $$ begin
    execute format('revoke temporary on database %I from public', current_database());
end $$;
