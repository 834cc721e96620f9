-- Stops as the vendor cut them; of one that goes on the latest end stands. Facts: parking_reported.
create or replace function state.project_parking_events(
    after_id bigint, up_to_id bigint, target regclass default 'state.parking_events',
    source regclass default 'events.parsed'
) returns void
language plpgsql as $$
begin
    execute format($sql$
        insert into %s as held (imei, started_at, origin, engine,
                                ended_at, duration_s, lat, lon, address, source_rank, content_hash, raw_id,
                                received_at)
        select distinct on (imei, occurred_at, origin, engine)
            imei, occurred_at, 'report' as origin,
            case (data->>'idle')::boolean when true then 'on' when false then 'off' else 'unknown' end as engine,
            (data->>'ended_at')::timestamptz as ended_at, (data->>'duration_s')::float8 as duration_s,
            (data->>'lat')::float8, (data->>'lon')::float8, data->>'address',
            events.source_rank(source) as source_rank, jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from %s
        where id > $1 and id <= $2 and kind = 'parking_reported'
        order by imei, occurred_at, origin, engine,
                 ended_at desc nulls last, duration_s desc nulls last, source_rank desc, content_hash desc, raw_id
        on conflict (imei, started_at, origin, engine) do update set
            (ended_at, duration_s, lat, lon, address, source_rank, content_hash, raw_id, received_at) = (
                excluded.ended_at, excluded.duration_s, excluded.lat, excluded.lon, excluded.address,
                excluded.source_rank, excluded.content_hash, excluded.raw_id, excluded.received_at
            )
        where (coalesce(excluded.ended_at, '-infinity'), coalesce(excluded.duration_s, -1), excluded.source_rank,
               excluded.content_hash, -excluded.raw_id)
            > (coalesce(held.ended_at, '-infinity'), coalesce(held.duration_s, -1), held.source_rank,
               held.content_hash, -held.raw_id)
    $sql$, target, source) using after_id, up_to_id;
end $$;
