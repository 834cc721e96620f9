-- Compresses the oldest chunk of a series that is due for it; returns its name, or null. Native partitions have
-- no compression but that of long values, which is always on.
create or replace function series.compress_next(target text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    cutoff timestamptz := (select now() - compress_after from series.retention where table_name = target);
    chunk regclass;
begin
    if cutoff is null or series.engine() <> 'timescale' then
        return null;
    end if;
    perform series.allow_compression(target);
    execute 'select format(''%I.%I'', chunk_schema, chunk_name)::regclass from timescaledb_information.chunks '
            'where format(''%I.%I'', hypertable_schema, hypertable_name)::regclass = $1::regclass '
            'and range_end <= $2 and not is_compressed order by range_start limit 1' into chunk using target, cutoff;
    if chunk is null then
        return null;
    end if;
    execute format('select public.compress_chunk(%L::regclass)', chunk);
    return chunk::text;
end $$;
