-- What came of each item received in [from_at, to_at), a row a raw row: numbers of the items that gave facts and of
-- those that were rejected. Of several parser versions the latest speaks; a rejection counts over the facts that
-- its item gave before it failed.
create or replace function drift.outcomes(from_at timestamptz, to_at timestamptz)
returns table (raw_id bigint, parsed integer[], rejected integer[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with told as (
        select fact.raw_id, fact.item, max(fact.parser_version) as facts_by, null::smallint as refused_by
        from events.active_facts fact
        where fact.received_at >= from_at and fact.received_at < to_at
        group by fact.raw_id, fact.item
        union all
        select refusal.raw_id, refusal.item, null, max(refusal.parser_version)
        from events.active_rejections refusal
        where refusal.received_at >= from_at and refusal.received_at < to_at
        group by refusal.raw_id, refusal.item
    ), judged as (
        select told.raw_id, told.item, coalesce(max(refused_by), -1) >= coalesce(max(facts_by), 0) as is_rejected
        from told group by told.raw_id, told.item
    )
    select judged.raw_id,
           coalesce(array_agg(item) filter (where not is_rejected), '{}'),
           coalesce(array_agg(item) filter (where is_rejected), '{}')
    from judged group by judged.raw_id;
$$;
