-- Native: the empty table is replaced by a partitioned one of the same shape and name.
create or replace function series.make_partitioned(target regclass, time_column text) returns void
language plpgsql as $$
declare
    qualified text := target::text;
    relation text := (select relname from pg_catalog.pg_class where oid = target);
    namespace text := (select relnamespace::regnamespace::text from pg_catalog.pg_class where oid = target);
begin
    execute format('alter table %s rename to %I', qualified, relation || '_model');
    execute format('create table %I.%I (like %I.%I including all) partition by range (%I)',
                   namespace, relation, namespace, relation || '_model', time_column);
    execute format('drop table %I.%I', namespace, relation || '_model');
end $$;
