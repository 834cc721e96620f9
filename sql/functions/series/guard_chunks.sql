-- Gives each chunk of an append-only hypertable the trigger that statement triggers do not inherit.
create or replace function series.guard_chunks(target text, append_only boolean) returns integer
language plpgsql as $$
declare
    chunk regclass;
    guarded integer := 0;
begin
    for chunk in
        select partition from series.partitions(target)
        where append_only
          and not exists (select from pg_catalog.pg_trigger
                          where tgrelid = partition and tgname = 'append_only_truncate')
    loop
        perform series.forbid_truncate(chunk);
        guarded := guarded + 1;
    end loop;
    return guarded;
end $$;
