-- What OBD ports tell, a row a device, instant and way. Facts: obd_reading.
create or replace function state.project_obd_readings(
    after_id bigint, up_to_id bigint, target regclass default 'state.obd_readings',
    source regclass default 'events.parsed'
) returns void
language plpgsql as $$
begin
    execute format($sql$
        insert into %s as held (imei, read_at, origin,
                                engine_rpm, speed_kmh, coolant_c, fuel_pct, fuel_l, voltage_v, odometer_m,
                                device_odometer_m, vin, source_rank, content_hash, raw_id, received_at)
        select distinct on (imei, occurred_at, origin)
            imei, occurred_at, data->>'origin' as origin,
            (data->>'engine_rpm')::float8, (data->>'speed_kmh')::float8, (data->>'coolant_c')::float8,
            (data->>'fuel_pct')::float8, (data->>'fuel_l')::float8, (data->>'voltage_v')::float8,
            (data->>'odometer_m')::float8, (data->>'device_odometer_m')::float8, data->>'vin',
            events.source_rank(source) as source_rank, jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from %s
        where id > $1 and id <= $2 and kind = 'obd_reading'
        order by imei, occurred_at, origin, source_rank desc, content_hash desc, raw_id
        on conflict (imei, read_at, origin) do update set
            (
                engine_rpm, speed_kmh, coolant_c, fuel_pct, fuel_l, voltage_v, odometer_m, device_odometer_m,
                vin, source_rank, content_hash, raw_id, received_at
            ) = (
                excluded.engine_rpm, excluded.speed_kmh, excluded.coolant_c, excluded.fuel_pct, excluded.fuel_l,
                excluded.voltage_v, excluded.odometer_m, excluded.device_odometer_m, excluded.vin,
                excluded.source_rank, excluded.content_hash, excluded.raw_id, excluded.received_at
            )
        where (excluded.source_rank, excluded.content_hash, -excluded.raw_id)
            > (held.source_rank, held.content_hash, -held.raw_id)
    $sql$, target, source) using after_id, up_to_id;
end $$;
