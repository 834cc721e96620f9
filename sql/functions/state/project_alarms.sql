-- Alarms, raised and cleared; a repeat of one is no second one. Facts: alarm.
create or replace function state.project_alarms(
    after_id bigint, up_to_id bigint,
    target regclass default 'state.alarms', source regclass default 'events.parsed'
) returns void
language plpgsql as $$
begin
    execute format($sql$
        insert into %1$s as held
        select distinct on (imei, occurred_at, origin, class, code, cleared)
            imei, occurred_at, data->>'origin' as origin, data->>'class' as class, data->>'code' as code,
            coalesce((data->>'cleared')::boolean, false) as cleared, data->>'name',
            (data->>'lat')::float8, (data->>'lon')::float8,
            events.source_rank(source) as source_rank,
            jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from %2$s
        where id > $1 and id <= $2 and kind = 'alarm'
        order by imei, occurred_at, origin, class, code, cleared, source_rank desc, content_hash desc, raw_id
        on conflict (imei, raised_at, origin, class, code, cleared) do update set
            (name, lat, lon, source_rank, content_hash, raw_id, received_at)
            = (excluded.name, excluded.lat, excluded.lon, excluded.source_rank, excluded.content_hash,
               excluded.raw_id, excluded.received_at)
        where (excluded.source_rank, excluded.content_hash, -excluded.raw_id)
            > (held.source_rank, held.content_hash, -held.raw_id)
    $sql$, target, source) using after_id, up_to_id;
end $$;
