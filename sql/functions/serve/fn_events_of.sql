-- The raw rows in which a device said something of the instants [from_at, to_at), by its clock or by ours, oldest
-- first, with what came of them: {raw_id, received_at, source, topic, is_kept, facts, other_facts, rejections}. Where the
-- raw row has left the log already, is_kept is false, source and topic are null. Facts are the
-- device's, of every parser version; other_facts counts those of others in the same body. A body in which something
-- was rejected belongs to the device whose IMEI stands in it. The next page begins after the last row's
-- (received_at, raw_id).
create or replace function serve.fn_events_of(
    device text, from_at timestamptz, to_at timestamptz,
    after_at timestamptz default '-infinity', after_raw bigint default 0, page_size integer default 20
) returns setof jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with found as (
        select received_at, raw_id from events.parsed
        where imei = device and occurred_at >= from_at and occurred_at < to_at and received_at >= from_at - interval '1 hour'
        union
        select received_at, raw_id from events.parsed
        where imei = device and received_at >= from_at and received_at < to_at
        union
        select received_at, raw_id from (
            select distinct received_at, raw_id from events.rejected
            where received_at >= from_at and received_at < to_at) refused
        where exists (select from events.raw where raw.id = refused.raw_id and raw.received_at = refused.received_at
                                               and position(convert_to(device, 'UTF8') in raw.body) > 0)
    ), page as (
        select received_at, raw_id from found where (received_at, raw_id) > (after_at, after_raw)
        order by received_at, raw_id limit page_size
    )
    select jsonb_build_object(
        'raw_id', page.raw_id, 'received_at', page.received_at, 'source', raw.source, 'topic', raw.topic,
        'is_kept', raw.id is not null,
        'facts', (
            select coalesce(jsonb_agg(
                to_jsonb(said) - array['id', 'raw_id', 'received_at', 'source', 'account_id', 'imei'] || jsonb_build_object(
                    'active', exists (select from events.active_facts active
                                      where (active.received_at, active.raw_id, active.item, active.kind,
                                             active.parser_version)
                                          = (said.received_at, said.raw_id, said.item, said.kind, said.parser_version)),
                    'rows', serve.rows_of_fact(said))
                order by item, kind, parser_version), '[]')
            from events.parsed said
            where said.received_at = page.received_at and said.raw_id = page.raw_id and said.imei = device),
        'other_facts', (
            select count(*) from events.parsed other
            where other.received_at = page.received_at and other.raw_id = page.raw_id and other.imei is distinct from device),
        'rejections', (
            select coalesce(jsonb_agg(jsonb_build_object('item', item, 'reason', reason, 'detail', detail,
                                                         'parser_version', parser_version) order by item, parser_version), '[]')
            from events.rejected refused
            where refused.received_at = page.received_at and refused.raw_id = page.raw_id))
    from page
    left join events.raw on raw.id = page.raw_id and raw.received_at = page.received_at
    order by page.received_at, page.raw_id;
$$;
