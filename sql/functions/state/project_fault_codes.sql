-- Trouble codes of engines, a row a device, instant, way and code. Facts: fault_code.
create or replace function state.project_fault_codes(
    after_id bigint, up_to_id bigint, target regclass default 'state.fault_codes',
    source regclass default 'events.parsed'
) returns void
language plpgsql as $$
begin
    execute format($sql$
        insert into %s as held (imei, seen_at, origin, code,
                                detail, source_rank, content_hash, raw_id, received_at)
        select distinct on (imei, occurred_at, origin, code)
            imei, occurred_at, data->>'origin' as origin, data->>'code' as code,
            data->>'detail',
            events.source_rank(source) as source_rank, jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from %s
        where id > $1 and id <= $2 and kind = 'fault_code'
        order by imei, occurred_at, origin, code, source_rank desc, content_hash desc, raw_id
        on conflict (imei, seen_at, origin, code) do update set
            (detail, source_rank, content_hash, raw_id, received_at) = (
                excluded.detail, excluded.source_rank, excluded.content_hash, excluded.raw_id,
                excluded.received_at
            )
        where (excluded.source_rank, excluded.content_hash, -excluded.raw_id)
            > (held.source_rank, held.content_hash, -held.raw_id)
    $sql$, target, source) using after_id, up_to_id;
end $$;
