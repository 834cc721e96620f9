-- Drops what lies wholly before `cutoff`; returns the number of partitions or chunks dropped.
create or replace function series.drop_before(target text, cutoff timestamptz) returns integer
language plpgsql as $$
declare
    child regclass;
    dropped integer := 0;
begin
    if series.engine() = 'timescale' then
        execute format('select count(*) from public.drop_chunks(%L::regclass, %L::timestamptz)', target, cutoff)
            into dropped;
        return dropped;
    end if;
    for child in select partition from series.partitions(target) where upper_bound <= cutoff loop
        execute format('drop table %s', child);
        dropped := dropped + 1;
    end loop;
    return dropped;
end $$;
