-- Begins to build the tables of vehicle-days anew, or goes on where a killed run was, unless the rules or a table have
-- changed since. From now on events.finish_days tells what is folded meanwhile. Returns the last day that is done.
create or replace function events.begin_day_rebuild(targets text[], rules_version integer) returns date
language plpgsql as $$
declare
    target text;
    digest text := (select md5(rules_version || string_agg(attrelid::regclass || attname || atttypid::regtype, ',' order by attrelid::regclass::text, attnum))
                    from pg_catalog.pg_attribute where attrelid = any (targets::regclass[]) and attnum > 0);
    done_up_to bigint;
begin
    select position into done_up_to from events.rebuilds
    where table_name = 'state.vehicle_days' and made_by = digest;
    if found and to_regclass('rebuild.vehicle_days') is not null then
        return date '2000-01-01' + done_up_to::integer;
    end if;
    foreach target in array targets loop
        perform series.discard('rebuild.' || split_part(target, '.', 2));
        perform series.make_beside(target, 'rebuild.' || split_part(target, '.', 2));
    end loop;
    delete from events.days_refolded;
    delete from events.rebuilds where table_name = 'state.vehicle_days';
    insert into events.rebuilds (table_name, source, position, superseded, made_by)
    values ('state.vehicle_days', 'state.position_history', 0, 0, digest);
    return date '2000-01-01';
end $$;
