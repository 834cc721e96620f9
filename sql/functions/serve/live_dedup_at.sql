-- One row a vehicle, in the order of their ids: the device that speaks for it. The rule, and its only place:
-- active lifecycle, then good fix over LBS and WIFI, then not stale, then class rank, then newest fix,
-- then lowest IMEI. A device on no vehicle stands for itself, or for the plate that the vendor lists.
create or replace function serve.live_dedup_at(as_of timestamptz)
returns table (
    vehicle_id bigint, imei text, lifecycle text, plate text, plate_key text, driver text, cost_centre text,
    city text,
    fixed_at timestamptz, received_at timestamptz, heard_at timestamptz, lat double precision,
    lon double precision, speed_kmh double precision, heading_deg double precision, quality text,
    ignition boolean, good_fixed_at timestamptz, good_speed_kmh double precision
)
language sql stable as $$
    select distinct on (vehicle_key)
        vehicle_key, device.imei, device.lifecycle,
        shown_as.plate, coalesce(vehicle.plate_key, serve.normalize_plate(shown_as.plate)),
        coalesce(driven.driver, (told.driver).value),
        (vehicle.cost_centre).value, (vehicle.city).value,
        live.fixed_at, live.received_at, greatest(live.fixed_at, told.heard_at), live.lat, live.lon,
        live.speed_kmh, live.heading_deg, live.quality, (live.ignition).value,
        live.good_fixed_at, live.good_speed_kmh
    from domain.devices device
    left join state.live_positions live on live.imei = device.imei
    left join state.devices told on told.imei = device.imei
    left join serve.device_assignments_at(as_of) mounted on mounted.imei = device.imei
    cross join lateral (select coalesce(
        mounted.vehicle_id,
        domain.id_of('vehicle', serve.normalize_plate((told.plate).value)),
        domain.id_of('device', device.imei)) as vehicle_key) identity
    left join domain.vehicles vehicle on vehicle.vehicle_id = vehicle_key
    cross join lateral (select coalesce(
        (vehicle.plate).value, (told.plate).value, (told.name).value, device.imei) as plate) shown_as
    left join serve.driver_assignments_at(as_of) driven on driven.vehicle_id = vehicle_key
    left join domain.device_models model on model.model = (told.model).value
    left join domain.device_classes class on class.class = coalesce((device.class).value, model.class, 'tracker')
    cross join serve.thresholds() limits
    where device.lifecycle <> 'decommissioned'
    order by vehicle_key, (device.lifecycle = 'active') desc, (live.quality = 'gps') desc nulls last,
             (live.fixed_at + limits.stale_fix > as_of) desc nulls last, class.rank nulls last,
             live.fixed_at desc nulls last, device.imei;
$$;
