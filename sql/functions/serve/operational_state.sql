-- moving | parked | offline | unknown, from the newest good fix and when the device was last heard.
create or replace function serve.operational_state(
    good_fixed_at timestamptz, good_speed_kmh double precision, heard_at timestamptz,
    moving_speed_kmh double precision, stale_fix interval, offline interval, as_of timestamptz
) returns text
language sql stable parallel safe as $$
    select case when good_fixed_at is null then 'unknown'
                when heard_at + offline <= as_of then 'offline'
                when good_speed_kmh >= moving_speed_kmh and good_fixed_at + stale_fix > as_of then 'moving'
                else 'parked' end;
$$;
