-- TimescaleDB: a hypertable is told once how its chunks are compressed: by device where it has one, then by time, and
-- by number where it has one. Of what they are ordered by, batches keep the bounds: a fold finds its range of numbers,
-- and a late row the few batches that may hold its key, without unpacking the chunk.
create or replace function series.allow_compression(target text) returns void
language plpgsql as $$
declare
    entry series.catalog := (select c from series.catalog c where c.table_name = target);
    held_columns name[] := array(select attname from pg_catalog.pg_attribute
                                 where attrelid = target::regclass and attnum > 0 and not attisdropped);
    told boolean;
begin
    execute 'select compression_enabled from timescaledb_information.hypertables '
            'where format(''%I.%I'', hypertable_schema, hypertable_name)::regclass = $1::regclass'
        into told using target;
    if told then
        return;
    end if;
    execute format('alter table %s set (timescaledb.compress, timescaledb.compress_segmentby = %L, '
                   'timescaledb.compress_orderby = %L)', target,
                   case when 'imei' = any (held_columns) then 'imei' else '' end,
                   concat_ws(', ', quote_ident(entry.time_column), case when 'id' = any (held_columns) then 'id' end));
end $$;
