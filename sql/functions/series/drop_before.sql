-- Drops what lies wholly before `cutoff`; returns the number of partitions or chunks dropped.
-- Native: one empty partition takes the place of those that went, so that a row that comes late still finds one.
create or replace function series.drop_before(target text, cutoff timestamptz) returns integer
language plpgsql as $$
declare
    child regclass;
    lowest timestamptz;
    highest timestamptz;
    dropped integer := 0;
begin
    if series.engine() = 'timescale' then
        execute format('select count(*) from public.drop_chunks(%L::regclass, %L::timestamptz)', target, cutoff)
            into dropped;
        return dropped;
    end if;
    select min(lower_bound), max(upper_bound) into lowest, highest
    from series.partitions(target) where upper_bound <= cutoff;
    for child in select partition from series.partitions(target) where upper_bound <= cutoff loop
        execute format('drop table %s', child);
        dropped := dropped + 1;
    end loop;
    if dropped > 0 then
        perform series.add_partition(target, lowest, highest, coalesce(
            (select append_only from series.catalog where table_name = target), false));
    end if;
    return dropped;
end $$;
