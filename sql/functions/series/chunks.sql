-- The chunks of a series, on either engine, with their bounds [lower_bound, upper_bound).
create or replace function series.chunks(target text)
returns table (chunk regclass, lower_bound timestamptz, upper_bound timestamptz)
language plpgsql stable as $$
begin
    if series.engine() = 'timescale' then
        return query execute
            'select format(''%I.%I'', chunk_schema, chunk_name)::regclass, range_start, range_end '
            'from timescaledb_information.chunks '
            'where format(''%I.%I'', hypertable_schema, hypertable_name)::regclass = $1::regclass' using target;
    else
        return query select p.partition, p.lower_bound, p.upper_bound from series.partitions(target) p;
    end if;
end $$;
