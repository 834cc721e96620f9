-- What the log holds of a raw row by now: [[item, kind], …], by any version of the parser.
create or replace function events.held_facts(raw events.raw) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select coalesce(jsonb_agg(distinct jsonb_build_array(item, kind)), '[]')
    from events.parsed where received_at = raw.received_at and raw_id = raw.id;
$$;
