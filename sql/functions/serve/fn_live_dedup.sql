-- The rule of serve.live_dedup_at for logins that may not read the tables behind it.
create or replace function serve.fn_live_dedup(as_of timestamptz)
returns table (
    vehicle_id bigint, imei text, lifecycle text, plate text, plate_key text, driver text, cost_centre text,
    city text,
    fixed_at timestamptz, received_at timestamptz, heard_at timestamptz, lat double precision,
    lon double precision, speed_kmh double precision, heading_deg double precision, quality text,
    ignition boolean, good_fixed_at timestamptz, good_speed_kmh double precision
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select vehicle_id, imei, lifecycle, plate, plate_key, driver, cost_centre, city, fixed_at, received_at, heard_at,
           lat, lon, speed_kmh, heading_deg, quality, ignition, good_fixed_at, good_speed_kmh
    from serve.live_dedup_at(as_of);
$$;
