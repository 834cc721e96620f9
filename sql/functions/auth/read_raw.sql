-- The bytes of one raw row, the first `most_bytes` of them, and what was rejected in it. Whoever reads is noted.
create or replace function auth.read_raw(raw_id bigint, who text, most_bytes integer)
returns table (received_at timestamptz, source text, topic text, content_type text, size integer, head bytea,
               rejections jsonb)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into auth.access_log (username, action, outcome, detail)
    select who, 'read_raw', case when exists (select from events.raw where id = read_raw.raw_id)
                                 then 'ok' else 'not_found' end, jsonb_build_object('raw_id', read_raw.raw_id);
    return query
        select raw.received_at, raw.source, raw.topic, raw.content_type, octet_length(raw.body),
               substr(raw.body, 1, most_bytes),
               (select coalesce(jsonb_agg(jsonb_build_object('item', item, 'reason', reason, 'detail', detail,
                                                             'parser_version', parser_version) order by item), '[]')
                from events.rejected refused
                where refused.received_at = raw.received_at and refused.raw_id = raw.id)
        from events.raw where raw.id = read_raw.raw_id;
end $$;
