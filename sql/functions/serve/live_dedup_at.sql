-- One row a vehicle, in the order of their ids: the device that speaks for it. The rule, and its only place:
-- active lifecycle, then good fix over LBS and WIFI, then not stale, then class rank, then newest fix,
-- then lowest IMEI. Which vehicle a device stands for is state.identities' business.
create or replace function serve.live_dedup_at(as_of timestamptz)
returns table (
    vehicle_id bigint, imei text, lifecycle text, plate text, plate_key text, driver text, cost_centre text,
    city text,
    fixed_at timestamptz, received_at timestamptz, heard_at timestamptz, lat double precision,
    lon double precision, speed_kmh double precision, heading_deg double precision, quality text,
    ignition boolean, good_fixed_at timestamptz, good_speed_kmh double precision, identity text
)
language sql stable as $$
    select distinct on (who.vehicle_id)
        who.vehicle_id, who.imei, who.lifecycle, who.plate, who.plate_key, who.driver, who.cost_centre, who.city,
        live.fixed_at, live.received_at, greatest(live.fixed_at, told.heard_at), live.lat, live.lon,
        live.speed_kmh, live.heading_deg, live.quality, (live.ignition).value,
        live.good_fixed_at, live.good_speed_kmh, who.properties
    from state.identities who
    left join state.live_positions live on live.imei = who.imei
    left join state.devices told on told.imei = who.imei
    cross join serve.thresholds() limits
    where who.valid_from <= as_of and who.valid_until > as_of
    order by who.vehicle_id, (who.lifecycle = 'active') desc, (live.quality = 'gps') desc nulls last,
             (live.fixed_at + limits.stale_fix > as_of) desc nulls last, who.class_rank nulls last,
             live.fixed_at desc nulls last, who.imei;
$$;
