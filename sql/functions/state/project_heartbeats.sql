-- Signs of life with power and signal, one row a device and instant. Facts: heartbeat.
create or replace function state.project_heartbeats(
    after_id bigint, up_to_id bigint,
    target regclass default 'state.heartbeats', source regclass default 'events.parsed'
) returns void
language plpgsql as $$
begin
    execute format($sql$
        insert into %1$s as held
        select distinct on (imei, occurred_at)
            imei, occurred_at, (data->>'ignition')::boolean, (data->>'battery_pct')::float8,
            (data->>'gsm_pct')::float8, (data->>'external_power')::boolean, (data->>'voltage_v')::float8,
            events.source_rank(source) as source_rank,
            jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from %2$s
        where id > $1 and id <= $2 and kind = 'heartbeat'
        order by imei, occurred_at, source_rank desc, content_hash desc, raw_id
        on conflict (imei, beat_at) do update set
            (ignition, battery_pct, gsm_pct, external_power, voltage_v,
             source_rank, content_hash, raw_id, received_at)
            = (excluded.ignition, excluded.battery_pct, excluded.gsm_pct, excluded.external_power,
               excluded.voltage_v, excluded.source_rank, excluded.content_hash, excluded.raw_id,
               excluded.received_at)
        where (excluded.source_rank, excluded.content_hash, -excluded.raw_id)
            > (held.source_rank, held.content_hash, -held.raw_id)
    $sql$, target, source) using after_id, up_to_id;
end $$;
