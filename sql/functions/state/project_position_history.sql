-- Every fix, one row a device and instant. Facts: position_fix. What changes the live history marks the days of its
-- devices to be folded, in the same transaction.
create or replace function state.project_position_history(
    after_id bigint, up_to_id bigint,
    target regclass default 'state.position_history', source regclass default 'events.parsed'
) returns void
language plpgsql as $$
begin
    execute format($sql$
        with written as (
        insert into %1$s as held
        select distinct on (imei, occurred_at)
            imei, occurred_at, (data->>'lat')::float8, (data->>'lon')::float8,
            (data->>'speed_kmh')::float8, (data->>'heading_deg')::float8, (data->>'altitude_m')::float8,
            (data->>'satellites')::smallint, (data->>'ignition')::boolean, data->>'quality',
            data ? 'reupload', (data->>'odometer_m')::float8,
            coalesce((data->>'gate_at')::timestamptz, '-infinity') as gate_at,
            events.source_rank(source) as source_rank,
            jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from %2$s
        where id > $1 and id <= $2 and kind = 'position_fix'
        order by imei, occurred_at, gate_at desc, source_rank desc, content_hash desc, raw_id
        on conflict (imei, fixed_at) do update set
            (lat, lon, speed_kmh, heading_deg, altitude_m, satellites, ignition, quality, reupload,
             odometer_m, gate_at, source_rank, content_hash, raw_id, received_at)
            = (excluded.lat, excluded.lon, excluded.speed_kmh, excluded.heading_deg, excluded.altitude_m,
               excluded.satellites, excluded.ignition, excluded.quality, excluded.reupload,
               excluded.odometer_m, excluded.gate_at, excluded.source_rank, excluded.content_hash,
               excluded.raw_id, excluded.received_at)
        where (excluded.gate_at, excluded.source_rank, excluded.content_hash, -excluded.raw_id)
            > (held.gate_at, held.source_rank, held.content_hash, -held.raw_id)
        returning imei, fixed_at
        )
        insert into events.days_to_fold as waiting (day, imei)
        select distinct domain.eat_day(fixed_at), imei from written where $3
        on conflict (day, imei, vehicle_id) do update set mark = waiting.mark + 1
    $sql$, target, source) using after_id, up_to_id, target = 'state.position_history'::regclass;
end $$;
