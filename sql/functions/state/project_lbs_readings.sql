-- Radio cells and access points that devices heard, a row a device, instant and kind. Facts: lbs_reading.
create or replace function state.project_lbs_readings(
    after_id bigint, up_to_id bigint, target regclass default 'state.lbs_readings',
    source regclass default 'events.parsed'
) returns void
language plpgsql as $$
begin
    execute format($sql$
        insert into %s as held (imei, heard_at, quality,
                                mcc, mnc, cells, access_points, source_rank, content_hash, raw_id, received_at)
        select distinct on (imei, occurred_at, quality)
            imei, occurred_at, coalesce(data->>'quality', 'unknown') as quality,
            data->>'mcc', data->>'mnc', data->'cells', data->'access_points',
            events.source_rank(source) as source_rank, jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from %s
        where id > $1 and id <= $2 and kind = 'lbs_reading'
        order by imei, occurred_at, quality, source_rank desc, content_hash desc, raw_id
        on conflict (imei, heard_at, quality) do update set
            (mcc, mnc, cells, access_points, source_rank, content_hash, raw_id, received_at) = (
                excluded.mcc, excluded.mnc, excluded.cells, excluded.access_points, excluded.source_rank,
                excluded.content_hash, excluded.raw_id, excluded.received_at
            )
        where (excluded.source_rank, excluded.content_hash, -excluded.raw_id)
            > (held.source_rank, held.content_hash, -held.raw_id)
    $sql$, target, source) using after_id, up_to_id;
end $$;
