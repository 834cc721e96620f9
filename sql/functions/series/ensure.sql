-- Creates the partitions that rows between two instants need. On TimescaleDB chunks come by themselves, and
-- only those of an append-only table want their own trigger.
create or replace function series.ensure(target text, from_time timestamptz, to_time timestamptz)
returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    entry series.catalog := (select c from series.catalog c where c.table_name = target);
    lower_bound timestamptz;
    made integer := 0;
begin
    if entry is null then
        raise exception 'series %: not in series.catalog', target using hint = 'call series.make first';
    end if;
    if series.engine() = 'timescale' then
        return series.guard_chunks(target, entry.append_only);
    end if;
    for lower_bound in
        select wanted from generate_series(date_bin(entry.chunk, from_time, timestamptz '2000-01-03 00:00+00'),
                                           to_time, entry.chunk) wanted
        where not exists (select from series.partitions(target) held
                          where held.lower_bound <= wanted and wanted < held.upper_bound)
    loop
        made := made + series.add_partition(target, lower_bound, lower_bound + entry.chunk, entry.append_only);
    end loop;
    return made;
end $$;
