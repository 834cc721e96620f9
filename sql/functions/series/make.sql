-- Makes a series of an empty table, right after its CREATE: foreign keys, triggers and grants come after.
create or replace function series.make(
    target regclass, time_column text, chunk interval,
    append_only boolean default false, starts_at timestamptz default null
) returns void
language plpgsql as $$
declare
    qualified text := target::regclass::text;
begin
    insert into series.catalog values (qualified, time_column, chunk, starts_at, append_only);
    if series.engine() = 'timescale' then
        perform series.make_hypertable(target, time_column, chunk);
    else
        perform series.make_partitioned(target, time_column);
    end if;
    if append_only then
        perform series.forbid_changes(qualified::regclass);
    end if;
end $$;
