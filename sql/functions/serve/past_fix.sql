-- The newest fix of a device in (since, through] that we had received by known_at ('infinity': ever), as one row or
-- none; of the good ones alone, or of those that tell the ignition, where that is asked. The log is asked where the
-- statement of a later instant came after known_at: it may have taken the place of another. Teleports are left out
-- where everything is known; at the time nobody knew.
create or replace function serve.past_fix(
    vehicle bigint, device text, since timestamptz, through timestamptz, known_at timestamptz, good boolean, telling_ignition boolean
) returns table (
    fixed_at timestamptz, received_at timestamptz, lat double precision, lon double precision,
    speed_kmh double precision, heading_deg double precision, quality text, ignition boolean
)
language sql stable as $$
    select fix.*
    from (values (true)) once
    left join lateral (
        select fixed_at, received_at, lat, lon, speed_kmh, heading_deg, quality, ignition
        from state.position_history
        where imei = device and fixed_at > since and fixed_at <= through and received_at <= known_at
          and (not good or quality = 'gps') and (not telling_ignition or ignition is not null)
          and (known_at < 'infinity' or not state.is_suspect(vehicle, device, fixed_at))
        order by fixed_at desc limit 1) held on true
    left join lateral (
        select true as is_there from state.position_history
        where known_at < 'infinity' and imei = device and fixed_at > coalesce(held.fixed_at, since)
          and fixed_at <= through and received_at > known_at
        limit 1) later on true
    left join lateral (
        select * from serve.logged_fixes(device, coalesce(held.fixed_at, since), through, known_at)
        where later.is_there
          and (not good or quality = 'gps') and (not telling_ignition or ignition is not null)
        order by fixed_at desc limit 1) newer on true
    cross join lateral (
        select newer.* where newer.fixed_at is not null
        union all
        select held.* where newer.fixed_at is null and held.fixed_at is not null) fix;
$$;
