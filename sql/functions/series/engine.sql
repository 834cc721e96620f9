-- Which engine stores time series in this database: 'timescale' or 'native' (range partitions).
create or replace function series.engine() returns text
language sql stable as $$
    select case when exists (select from pg_catalog.pg_extension where extname = 'timescaledb')
                then 'timescale' else 'native' end;
$$;
