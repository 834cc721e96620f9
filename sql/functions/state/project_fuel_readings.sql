-- Levels of fuel, a row a device, instant and unit. Facts: fuel_reading.
create or replace function state.project_fuel_readings(
    after_id bigint, up_to_id bigint, target regclass default 'state.fuel_readings',
    source regclass default 'events.parsed'
) returns void
language plpgsql as $$
begin
    execute format($sql$
        insert into %s as held (imei, read_at, unit,
                                fuel_l, fuel_pct, level, source_rank, content_hash, raw_id, received_at)
        select distinct on (imei, occurred_at, unit)
            imei, occurred_at,
            case when data ? 'fuel_l' then 'l' when data ? 'fuel_pct' then 'pct'
                 else coalesce(data->>'unit', 'unknown') end as unit,
            (data->>'fuel_l')::float8, (data->>'fuel_pct')::float8, (data->>'level')::float8,
            events.source_rank(source) as source_rank, jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from %s
        where id > $1 and id <= $2 and kind = 'fuel_reading'
        order by imei, occurred_at, unit, source_rank desc, content_hash desc, raw_id
        on conflict (imei, read_at, unit) do update set
            (fuel_l, fuel_pct, level, source_rank, content_hash, raw_id, received_at) = (
                excluded.fuel_l, excluded.fuel_pct, excluded.level, excluded.source_rank, excluded.content_hash,
                excluded.raw_id, excluded.received_at
            )
        where (excluded.source_rank, excluded.content_hash, -excluded.raw_id)
            > (held.source_rank, held.content_hash, -held.raw_id)
    $sql$, target, source) using after_id, up_to_id;
end $$;
