-- An empty table of the shape of another, a series where that one is: key, checks, foreign keys and storage, and
-- partitions for every row that it may carry. Indexes beside the key come when it is full: series.copy_indexes.
create or replace function series.make_beside(model text, beside text) returns void
language plpgsql as $$
declare
    entry series.catalog := (select held from series.catalog held where table_name = model);
    is_partitioned boolean := entry is not null and series.engine() = 'native';
    storage text := (select array_to_string(reloptions, ', ') from pg_catalog.pg_class where oid = model::regclass);
    held record;
begin
    execute format('create table %s (like %s including all excluding indexes) %s %s', beside, model,
                   case when is_partitioned then format('partition by range (%I)', entry.time_column) end,
                   'with (' || storage || ')');
    for held in select conname, pg_get_constraintdef(oid) as definition from pg_catalog.pg_constraint
                where conrelid = model::regclass and contype in ('p', 'u', 'x', 'f') loop
        execute format('alter table %s add constraint %I %s', beside, held.conname, held.definition);
    end loop;
    if entry is not null then
        entry.table_name := beside;
        insert into series.catalog select (entry).*;
        if not is_partitioned then
            perform series.make_hypertable(beside, entry.time_column, entry.chunk);
        end if;
        perform series.ensure(beside, coalesce(entry.starts_at, min(lower_bound), now()), now() + interval '7 days')
        from series.partitions(model);
    end if;
end $$;
