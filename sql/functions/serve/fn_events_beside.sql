-- The device's fact next before an instant and the one next from another on, by its clock: {before, after}, each
-- {occurred_at, received_at, kind, raw_id} or null.
create or replace function serve.fn_events_beside(device text, from_at timestamptz, to_at timestamptz) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select jsonb_build_object(
        'before', (select to_jsonb(fact) from (
            select occurred_at, received_at, kind, raw_id from events.parsed
            where imei = device and occurred_at < from_at order by occurred_at desc limit 1) fact),
        'after', (select to_jsonb(fact) from (
            select occurred_at, received_at, kind, raw_id from events.parsed
            where imei = device and occurred_at >= to_at order by occurred_at limit 1) fact));
$$;
