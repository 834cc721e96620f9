-- TimescaleDB: chunks come by themselves. The primary key already serves reads by time.
create or replace function series.make_hypertable(target regclass, time_column text, chunk interval)
returns void
language plpgsql as $$
begin
    execute format(
        'select public.create_hypertable(%L::regclass, %L::name, chunk_time_interval => %L::interval, '
        'create_default_indexes => false)', target, time_column, chunk);
end $$;
