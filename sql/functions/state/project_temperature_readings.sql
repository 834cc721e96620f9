-- Temperature and humidity, a row a device and instant. Facts: temperature_reading.
create or replace function state.project_temperature_readings(
    after_id bigint, up_to_id bigint, target regclass default 'state.temperature_readings',
    source regclass default 'events.parsed'
) returns void
language plpgsql as $$
begin
    execute format($sql$
        insert into %s as held (imei, read_at,
                                temperature_c, humidity_pct, source_rank, content_hash, raw_id, received_at)
        select distinct on (imei, occurred_at)
            imei, occurred_at,
            (data->>'temperature_c')::float8, (data->>'humidity_pct')::float8,
            events.source_rank(source) as source_rank, jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from %s
        where id > $1 and id <= $2 and kind = 'temperature_reading'
        order by imei, occurred_at, source_rank desc, content_hash desc, raw_id
        on conflict (imei, read_at) do update set
            (temperature_c, humidity_pct, source_rank, content_hash, raw_id, received_at) = (
                excluded.temperature_c, excluded.humidity_pct, excluded.source_rank, excluded.content_hash,
                excluded.raw_id, excluded.received_at
            )
        where (excluded.source_rank, excluded.content_hash, -excluded.raw_id)
            > (held.source_rank, held.content_hash, -held.raw_id)
    $sql$, target, source) using after_id, up_to_id;
end $$;
