-- The fleet now, one row a vehicle: the device that speaks for it by the rule of serve.one_a_vehicle.
create or replace function serve.live_dedup_at(as_of timestamptz)
returns table (
    vehicle_id bigint, imei text, lifecycle text, plate text, plate_key text, driver text, cost_centre text,
    city text,
    fixed_at timestamptz, received_at timestamptz, heard_at timestamptz, lat double precision,
    lon double precision, speed_kmh double precision, heading_deg double precision, quality text,
    ignition boolean, good_fixed_at timestamptz, good_speed_kmh double precision, identity text
)
language sql stable as $$
    select * from serve.one_a_vehicle(as_of, null);
$$;
