-- The indexes of one table on another of its shape, under the same names; those that are there are left alone.
create or replace function series.copy_indexes(model text, beside text) returns void
language plpgsql as $$
declare
    definition text;
begin
    for definition in
        select pg_get_indexdef(indexrelid) from pg_catalog.pg_index
        where indrelid = model::regclass
          and not exists (select from pg_catalog.pg_constraint where conindid = indexrelid and contype in ('p', 'u', 'x'))
    loop
        execute regexp_replace(definition, ' INDEX (\S+) ON (ONLY )?\S+ USING ',
                               format(' INDEX IF NOT EXISTS \1 ON %s USING ', beside));
    end loop;
    execute format('analyze %s', beside);
end $$;
