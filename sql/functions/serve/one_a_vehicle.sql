-- One row a vehicle, in the order of their ids: the device that speaks for it. The rule, and its only place:
-- active lifecycle, then good fix over LBS and WIFI, then not stale, then class rank, then newest fix,
-- then lowest IMEI. Of the fleet now, or, where known_at is told, of the past as serve.past_devices has it.
create or replace function serve.one_a_vehicle(as_of timestamptz, known_at timestamptz)
returns table (
    vehicle_id bigint, imei text, lifecycle text, plate text, plate_key text, driver text, cost_centre text,
    city text,
    fixed_at timestamptz, received_at timestamptz, heard_at timestamptz, lat double precision,
    lon double precision, speed_kmh double precision, heading_deg double precision, quality text,
    ignition boolean, good_fixed_at timestamptz, good_speed_kmh double precision, identity text
)
language sql stable as $$
    select distinct on (device.vehicle_id)
        device.vehicle_id, device.imei, device.lifecycle, device.plate, device.plate_key, device.driver,
        device.cost_centre, device.city, device.fixed_at, device.received_at, device.heard_at, device.lat, device.lon,
        device.speed_kmh, device.heading_deg, device.quality, device.ignition, device.good_fixed_at,
        device.good_speed_kmh, device.identity
    from (select *, false as is_past from serve.live_devices(as_of)
          union all
          select *, true from serve.past_devices(as_of, known_at)) device
    cross join serve.thresholds() limits
    where device.is_past = (known_at is not null)
    order by device.vehicle_id, (device.lifecycle = 'active') desc, (device.quality = 'gps') desc nulls last,
             (device.fixed_at + limits.stale_fix > as_of) desc nulls last, device.class_rank nulls last,
             device.fixed_at desc nulls last, device.imei;
$$;
