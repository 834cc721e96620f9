-- Keeps what one look at the log came to, all of it or, when another worker looked meanwhile, nothing (false).
-- topics, fields, listings: rows of the tables of these names. findings: rows without id and state; one that is
-- unresolved is counted on. ended: [[kind, source, topic, field, cause], …] that are over.
create or replace function drift.keep(
    position_now bigint, position_then bigint,
    topics jsonb, fields jsonb, listings jsonb, findings jsonb, ended jsonb
) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update drift.cursor set position = position_then, moved_at = clock_timestamp() where position = position_now;
    if not found then
        return false;
    end if;

    insert into drift.topics as held
    select * from jsonb_populate_recordset(null::drift.topics, topics)
    on conflict (source, topic) do update set
        (items, bodies, last_seen_at, gap_s) = (excluded.items, excluded.bodies, excluded.last_seen_at, excluded.gap_s);

    insert into drift.fields as held (source, topic, field, since_item, last_item, last_body, present, types, low, high,
                                      spans, sample, first_seen_at, last_seen_at)
    select source, topic, field, since_item, last_item, last_body, present, types, low, high,
           spans, sample, first_seen_at, last_seen_at
    from jsonb_populate_recordset(null::drift.fields, fields)
    on conflict (source, topic, field) do update set
        (since_item, last_item, last_body, present, types, low, high, spans, sample, last_seen_at) =
        (excluded.since_item, excluded.last_item, excluded.last_body, excluded.present, excluded.types, excluded.low, excluded.high,
         excluded.spans, excluded.sample, excluded.last_seen_at);

    insert into drift.listings as held
    select * from jsonb_populate_recordset(null::drift.listings, listings)
    on conflict (topic, account_id, target) do update set
        (expected, missed, raw_id, seen_at) =
        (excluded.expected, excluded.missed, excluded.raw_id, excluded.seen_at);

    update drift.findings held set state = 'resolved', resolved_at = clock_timestamp()
    from jsonb_array_elements(ended) told
    where state <> 'resolved'
      and (kind, source, topic, field, cause) = (told->>0, told->>1, told->>2, told->>3, told->>4);
    update drift.findings set state = 'resolved', resolved_at = clock_timestamp()
    where state = 'open' and kind in ('new_field', 'changed_type', 'unknown_alarm_code')
      and last_seen_at < clock_timestamp() - interval '1 day';

    insert into drift.findings as held (kind, source, topic, field, cause, sentence, raw_ids, first_seen_at,
                                        last_seen_at, count)
    select kind, source, topic, field, cause, sentence, raw_ids, first_seen_at, last_seen_at, count
    from jsonb_populate_recordset(null::drift.findings, findings)
    on conflict (kind, source, topic, field, cause) where state <> 'resolved' do update set
        sentence = excluded.sentence,
        raw_ids = (held.raw_ids || excluded.raw_ids)[1:5],
        last_seen_at = greatest(held.last_seen_at, excluded.last_seen_at),
        count = held.count + excluded.count;
    return true;
end $$;
