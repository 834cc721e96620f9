-- The newest fix of every device, with what must outlive it: ignition, odometer, the last good fix.
-- Facts: position_fix.
create or replace function state.project_live_positions(
    after_id bigint, up_to_id bigint,
    target regclass default 'state.live_positions', source regclass default 'events.parsed'
) returns void
language plpgsql as $$
begin
    execute format($sql$
        with fixes as materialized (
            select imei, occurred_at, data, raw_id, received_at,
                   coalesce((data->>'gate_at')::timestamptz, '-infinity') as gate_at,
                   events.source_rank(source) as source_rank,
                   jsonb_hash_extended(data, 0) as content_hash
            from %2$s
            where id > $1 and id <= $2 and kind = 'position_fix'
        ), newest as (
            select distinct on (imei) * from fixes
            order by imei, occurred_at desc, gate_at desc, source_rank desc, content_hash desc, raw_id
        ), ignition as (
            select distinct on (imei) imei,
                   row((data->>'ignition')::boolean, occurred_at)::state.known_flag as told
            from fixes where data ? 'ignition'
            order by imei, occurred_at desc, (data->>'ignition')::boolean desc
        ), odometer as (
            select distinct on (imei) imei,
                   row((data->>'odometer_m')::float8, occurred_at)::state.known_number as told
            from fixes where data ? 'odometer_m'
            order by imei, occurred_at desc, (data->>'odometer_m')::float8 desc
        ), good as (
            select distinct on (imei) imei, occurred_at, (data->>'speed_kmh')::float8 as speed_kmh
            from fixes where data->>'quality' = 'gps'
            order by imei, occurred_at desc, (data->>'speed_kmh')::float8 desc nulls last
        )
        insert into %1$s as held
        select imei, newest.occurred_at, (data->>'lat')::float8, (data->>'lon')::float8,
               (data->>'speed_kmh')::float8, (data->>'heading_deg')::float8, (data->>'altitude_m')::float8,
               (data->>'satellites')::integer, data->>'quality', ignition.told, odometer.told,
               good.occurred_at, good.speed_kmh, gate_at, source_rank, content_hash, raw_id, received_at
        from newest
        left join ignition using (imei)
        left join odometer using (imei)
        left join good using (imei)
        on conflict (imei) do update set
            (
                fixed_at, lat, lon, speed_kmh, heading_deg, altitude_m, satellites, quality, gate_at,
                source_rank, content_hash, raw_id, received_at
            ) = (
                select * from (values (
                    held.fixed_at, held.lat, held.lon, held.speed_kmh, held.heading_deg,
                    held.altitude_m, held.satellites, held.quality, held.gate_at, held.source_rank,
                    held.content_hash, held.raw_id, held.received_at
                ), (
                    excluded.fixed_at, excluded.lat, excluded.lon, excluded.speed_kmh,
                    excluded.heading_deg, excluded.altitude_m, excluded.satellites, excluded.quality,
                    excluded.gate_at, excluded.source_rank, excluded.content_hash, excluded.raw_id,
                    excluded.received_at
                )) fix (
                    fixed_at, lat, lon, speed_kmh, heading_deg, altitude_m, satellites, quality,
                    gate_at, source_rank, content_hash, raw_id, received_at
                )
                order by fixed_at desc, gate_at desc, source_rank desc, content_hash desc, raw_id limit 1
            ),
            ignition = state.later(held.ignition, excluded.ignition),
            odometer_m = state.later(held.odometer_m, excluded.odometer_m),
            (good_fixed_at, good_speed_kmh) = (
                select * from (values (held.good_fixed_at, held.good_speed_kmh),
                                      (excluded.good_fixed_at, excluded.good_speed_kmh)) good (at, speed_kmh)
                order by at desc nulls last, speed_kmh desc nulls last limit 1
            )
        where (excluded.fixed_at, excluded.gate_at, excluded.source_rank, excluded.content_hash, -excluded.raw_id)
            > (held.fixed_at, held.gate_at, held.source_rank, held.content_hash, -held.raw_id)
           or state.later(held.ignition, excluded.ignition) is distinct from held.ignition
           or state.later(held.odometer_m, excluded.odometer_m) is distinct from held.odometer_m
           or (coalesce(excluded.good_fixed_at, '-infinity'), coalesce(excluded.good_speed_kmh, -1))
            > (coalesce(held.good_fixed_at, '-infinity'), coalesce(held.good_speed_kmh, -1))
    $sql$, target, source) using after_id, up_to_id;
end $$;
