-- Fixes of a device in (since, through] that we had received by known_at and that state.position_history no longer
-- holds, because a better statement of the same instant came later: of each instant the one that held then, newest
-- first. Of what was received more than an hour before `since` none counts: no clock is believed that is further ahead
-- (MAX_DEVICE_AHEAD_S).
create or replace function serve.logged_fixes(
    device text, since timestamptz, through timestamptz, known_at timestamptz
) returns table (
    fixed_at timestamptz, received_at timestamptz, lat double precision, lon double precision,
    speed_kmh double precision, heading_deg double precision, quality text, ignition boolean
)
language sql stable as $$
    select distinct on (occurred_at)
        occurred_at, received_at, (data->>'lat')::float8, (data->>'lon')::float8, (data->>'speed_kmh')::float8,
        (data->>'heading_deg')::float8, data->>'quality', (data->>'ignition')::boolean
    from events.active_facts said
    where imei = device and kind = 'position_fix' and occurred_at > since and occurred_at <= through
      and received_at <= known_at and received_at >= since - interval '1 hour'
      and not exists (select from state.position_history held
                      where held.imei = device and held.fixed_at = said.occurred_at and held.received_at <= known_at)
    order by occurred_at desc, coalesce((data->>'gate_at')::timestamptz, '-infinity') desc,
             events.source_rank(source) desc, jsonb_hash_extended(data, 0) desc, raw_id;
$$;
