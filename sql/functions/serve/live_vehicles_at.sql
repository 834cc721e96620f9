-- Every vehicle as the live page shows it: state, colours, and the instants at which it turns stale or offline.
create or replace function serve.live_vehicles_at(as_of timestamptz)
returns table (
    vehicle_id bigint, plate text, plate_tail text, imei text, cost_centre text, city text, driver text,
    state text, lifecycle text, style_class text, colour text, cost_centre_code text,
    stale_at timestamptz, offline_at timestamptz, search_text text, heading_deg double precision,
    speed_kmh double precision, ignition boolean, fixed_at timestamptz, received_at timestamptz,
    quality text, address text, lat double precision, lon double precision, slot integer
)
language sql stable as $$
    select live.vehicle_id, live.plate, right(live.plate_key, 4), live.imei,
           coalesce(live.cost_centre, 'Unassigned'), live.city, live.driver, now_is.state, live.lifecycle,
           case when now_is.state = 'parked' and live.ignition and live.fixed_at + limits.stale_fix > as_of
                then 'idling' else now_is.state end,
           serve.palette_colour(centre.slot), coalesce(centre.code, '—'),
           live.fixed_at + limits.stale_fix, live.heard_at + limits.offline,
           lower(concat_ws(' ', live.plate, live.plate_key, live.driver, live.cost_centre,
                           live.city, live.imei)),
           live.heading_deg, live.speed_kmh, live.ignition, live.fixed_at, live.received_at, live.quality,
           null::text, live.lat, live.lon, centre.slot
    from serve.live_dedup_at(as_of) live
    cross join serve.thresholds() limits
    cross join lateral (select serve.operational_state(
        live.good_fixed_at, live.good_speed_kmh, live.heard_at,
        limits.moving_speed_kmh, limits.stale_fix, limits.offline, as_of) as state) now_is
    left join domain.cost_centres centre on centre.name = live.cost_centre;
$$;
