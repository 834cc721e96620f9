-- Logins, uploads, cards, answers: each that was told, once, with where it came from first. Facts: device_event.
create or replace function state.project_device_events(
    after_id bigint, up_to_id bigint, target regclass default 'state.device_events',
    source regclass default 'events.parsed'
) returns void
language plpgsql as $$
begin
    execute format($sql$
        insert into %s as held (imei, happened_at, event, content_hash, details, source_rank, raw_id, received_at)
        select distinct on (imei, occurred_at, event, content_hash)
            imei, occurred_at, data->>'event' as event, jsonb_hash_extended(data, 0) as content_hash,
            data - 'event', events.source_rank(source) as source_rank, raw_id, received_at
        from %s
        where id > $1 and id <= $2 and kind = 'device_event'
        order by imei, occurred_at, event, content_hash, source_rank desc, raw_id
        on conflict (imei, happened_at, event, content_hash) do update set
            (source_rank, raw_id, received_at) = (excluded.source_rank, excluded.raw_id, excluded.received_at)
        where (excluded.source_rank, -excluded.raw_id) > (held.source_rank, -held.raw_id)
    $sql$, target, source) using after_id, up_to_id;
end $$;
