-- Every device with its newest fix, and who it is at an instant.
create or replace function serve.live_devices(as_of timestamptz)
returns table (
    vehicle_id bigint, imei text, lifecycle text, plate text, plate_key text, driver text, cost_centre text,
    city text, class_rank smallint,
    fixed_at timestamptz, received_at timestamptz, heard_at timestamptz, lat double precision,
    lon double precision, speed_kmh double precision, heading_deg double precision, quality text,
    ignition boolean, good_fixed_at timestamptz, good_speed_kmh double precision, identity text
)
language sql stable as $$
    select who.vehicle_id, who.imei, who.lifecycle, who.plate, who.plate_key, who.driver, who.cost_centre, who.city,
           who.class_rank, live.fixed_at, live.received_at, greatest(live.fixed_at, told.heard_at), live.lat, live.lon,
           live.speed_kmh, live.heading_deg, live.quality, (live.ignition).value,
           live.good_fixed_at, live.good_speed_kmh, who.properties
    from state.identities who
    left join state.live_positions live on live.imei = who.imei
    left join state.devices told on told.imei = who.imei
    where who.valid_from <= as_of and who.valid_until > as_of;
$$;
