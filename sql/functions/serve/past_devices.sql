-- Every device as it was at an instant (known_at 'infinity'), or as we knew it at known_at: then what had been received
-- counts alone, and where the instant is no earlier than that, whatever time the devices' clocks gave it, as it did on
-- the map. One row a device of which anything had been said; none where it was decommissioned.
-- Ignition is that of the newest fix, or of the hour before it.
create or replace function serve.past_devices(at timestamptz, known_at timestamptz)
returns table (
    vehicle_id bigint, imei text, lifecycle text, plate text, plate_key text, driver text, cost_centre text,
    city text, class_rank smallint,
    fixed_at timestamptz, received_at timestamptz, heard_at timestamptz, lat double precision,
    lon double precision, speed_kmh double precision, heading_deg double precision, quality text,
    ignition boolean, good_fixed_at timestamptz, good_speed_kmh double precision, identity text
)
language sql stable as $$
    select who.vehicle_id, who.imei, stood.lifecycle, who.plate, who.plate_key, who.driver, who.cost_centre, who.city,
           who.class_rank, fix.fixed_at, fix.received_at, heard.heard_at, fix.lat, fix.lon, fix.speed_kmh, fix.heading_deg,
           fix.quality, coalesce(fix.ignition, earlier.ignition), coalesce(good.fixed_at, ever.good_at), good.speed_kmh,
           serve.identity_properties(who.vehicle_id, who.plate, who.plate_key, who.imei, who.cost_centre, who.city,
                                     who.driver, stood.lifecycle)
    from serve.past_identities(at, known_at) who
    join domain.devices device on device.imei = who.imei
    left join state.devices told on told.imei = who.imei
    cross join serve.thresholds() limits
    cross join lateral (select case when at < known_at then at else known_at + interval '1 hour' end) until (through)
    left join lateral serve.past_fix(who.vehicle_id, who.imei, '-infinity', through, known_at, false, false) fix on true
    left join lateral serve.past_fix(who.vehicle_id, who.imei, fix.fixed_at - interval '1 hour', fix.fixed_at, known_at, false, true)
        earlier on fix.ignition is null
    left join lateral serve.past_fix(who.vehicle_id, who.imei, at - limits.stale_fix, through, known_at, true, false) good
        on device.first_good_fix_at <= through
    left join lateral serve.first_good_fix(who.imei, device.first_good_fix_at, through, known_at,
                                           fix.quality = 'gps' or good.fixed_at is not null) ever on true
    left join lateral serve.past_word(who.imei, fix.fixed_at, told.heard_at, at, through, known_at, limits.offline)
        heard on true
    left join lateral serve.past_lifecycle(who.imei, ever.good_at, least(at, known_at)) stood on true
    where stood.lifecycle <> 'decommissioned'
      and (who.is_mounted or heard.heard_at is not null
           or exists (select from events.active_facts said
                      where said.imei = who.imei and said.occurred_at <= through and said.received_at <= known_at));
$$;
