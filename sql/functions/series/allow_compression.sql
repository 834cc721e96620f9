-- TimescaleDB: a hypertable is told once how its chunks are compressed: by device where it has one, by time.
create or replace function series.allow_compression(target text) returns void
language plpgsql as $$
declare
    entry series.catalog := (select c from series.catalog c where c.table_name = target);
    has_imei boolean := exists (select from pg_catalog.pg_attribute
                                where attrelid = target::regclass and attname = 'imei' and not attisdropped);
    told boolean;
begin
    execute 'select compression_enabled from timescaledb_information.hypertables '
            'where format(''%I.%I'', hypertable_schema, hypertable_name)::regclass = $1::regclass'
        into told using target;
    if told then
        return;
    end if;
    execute format('alter table %s set (timescaledb.compress, timescaledb.compress_orderby = %L%s)',
                   target, entry.time_column,
                   case when has_imei then ', timescaledb.compress_segmentby = ''imei''' else '' end);
end $$;
