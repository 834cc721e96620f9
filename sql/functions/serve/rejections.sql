-- Rejected items as the API gives them, newest first; null filters choose all. The next page begins after the
-- last row's (received_at, raw_id, item).
create or replace function serve.rejections(
    reasons text[] default null, sources text[] default null, topics text[] default null,
    since timestamptz default null,
    before_at timestamptz default 'infinity', before_raw bigint default 0, before_item integer default 0,
    page_size integer default 100
) returns setof jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select jsonb_build_object('raw_id', refused.raw_id, 'item', refused.item, 'received_at', refused.received_at,
                              'source', raw.source, 'topic', raw.topic, 'parser_version', refused.parser_version,
                              'reason', refused.reason, 'detail', refused.detail)
    from events.active_rejections refused
    join events.raw on raw.id = refused.raw_id and raw.received_at = refused.received_at
    where (refused.received_at, refused.raw_id, refused.item) < (before_at, before_raw, before_item)
      and refused.received_at <= before_at
      and (since is null or refused.received_at >= since)
      and (reasons is null or refused.reason = any(reasons))
      and (sources is null or raw.source = any(sources))
      and (topics is null or raw.topic = any(topics))
    order by refused.received_at desc, refused.raw_id desc, refused.item desc
    limit page_size;
$$;
