-- What a table takes on disk, with its indexes, partitions or chunks.
create or replace function series.bytes(target text) returns bigint
language plpgsql stable as $$
declare
    size bigint;
begin
    if series.engine() = 'timescale' and exists (select from series.catalog where table_name = target) then
        execute format('select public.hypertable_size(%L::regclass)', target) into size;
    else
        select sum(pg_total_relation_size(relid)) into size from pg_partition_tree(target::regclass);
        size := coalesce(size, pg_total_relation_size(target::regclass));
    end if;
    return size;
end $$;
