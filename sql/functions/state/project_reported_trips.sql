-- Trips as the vendor cut them; of one that goes on the latest end stands. Facts: trip_reported.
create or replace function state.project_reported_trips(
    after_id bigint, up_to_id bigint, target regclass default 'state.reported_trips',
    source regclass default 'events.parsed'
) returns void
language plpgsql as $$
begin
    execute format($sql$
        insert into %s as held (imei, started_at, origin,
                                ended_at, duration_s, distance_m, avg_speed_kmh, max_speed_kmh, start_lat,
                                start_lon, end_lat, end_lon, start_odometer_m, end_odometer_m, fuel_l,
                                fuel_l_per_100km, source_rank, content_hash, raw_id, received_at)
        select distinct on (imei, occurred_at, origin)
            imei, occurred_at, data->>'origin' as origin,
            (data->>'ended_at')::timestamptz as ended_at, (data->>'duration_s')::float8 as duration_s,
            (data->>'distance_m')::float8, (data->>'avg_speed_kmh')::float8, (data->>'max_speed_kmh')::float8,
            (data->>'start_lat')::float8, (data->>'start_lon')::float8, (data->>'end_lat')::float8,
            (data->>'end_lon')::float8, (data->>'start_odometer_m')::float8, (data->>'end_odometer_m')::float8,
            (data->>'fuel_l')::float8, (data->>'fuel_l_per_100km')::float8,
            events.source_rank(source) as source_rank, jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from %s
        where id > $1 and id <= $2 and kind = 'trip_reported'
        order by imei, occurred_at, origin,
                 ended_at desc nulls last, duration_s desc nulls last, source_rank desc, content_hash desc, raw_id
        on conflict (imei, started_at, origin) do update set
            (
                ended_at, duration_s, distance_m, avg_speed_kmh, max_speed_kmh, start_lat, start_lon, end_lat,
                end_lon, start_odometer_m, end_odometer_m, fuel_l, fuel_l_per_100km, source_rank, content_hash,
                raw_id, received_at
            ) = (
                excluded.ended_at, excluded.duration_s, excluded.distance_m, excluded.avg_speed_kmh,
                excluded.max_speed_kmh, excluded.start_lat, excluded.start_lon, excluded.end_lat,
                excluded.end_lon, excluded.start_odometer_m, excluded.end_odometer_m, excluded.fuel_l,
                excluded.fuel_l_per_100km, excluded.source_rank, excluded.content_hash, excluded.raw_id,
                excluded.received_at
            )
        where (coalesce(excluded.ended_at, '-infinity'), coalesce(excluded.duration_s, -1), excluded.source_rank,
               excluded.content_hash, -excluded.raw_id)
            > (coalesce(held.ended_at, '-infinity'), coalesce(held.duration_s, -1), held.source_rank,
               held.content_hash, -held.raw_id)
    $sql$, target, source) using after_id, up_to_id;
end $$;
