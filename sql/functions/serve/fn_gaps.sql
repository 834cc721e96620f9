-- Where what the upstream says and what we hold differ, and what is missing or double among our own; one row a gap.
-- Decommissioned devices count nowhere. What a value is compared by: plates normalised, names without case and space.
create or replace function serve.fn_gaps(as_of timestamptz default now())
returns table (kind text, imei text, plate text, driver text, ours text, upstream text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with device as materialized (
        select device.imei, account.code as account, (device.sim).value as sim, mounted.vehicle_id,
               vehicle.plate_key, (vehicle.plate).value as plate, driven.driver,
               (told.plate).value as told_plate, (told.driver).value as told_driver, (told.sim).value as told_sim,
               (told.account).as_of as named_at, coalesce(listed.listed_at, (told.account).as_of) as listed_at,
               coalesce((device.class).value, model.class, 'tracker') as class
        from domain.devices device
        join domain.accounts account using (account_id)
        left join state.devices told using (imei)
        left join domain.listed_devices listed using (imei)
        left join domain.device_models model on model.model = (told.model).value
        left join serve.device_assignments_at(as_of) mounted using (imei)
        left join domain.vehicles vehicle on vehicle.vehicle_id = mounted.vehicle_id
        left join serve.driver_assignments_at(as_of) driven on driven.vehicle_id = vehicle.vehicle_id
        where device.lifecycle <> 'decommissioned'
    ), believed as (
        select account, run_at from serve.judged_listings(as_of) where believed
    )
    select 'listed_without_vehicle', imei, told_plate, told_driver, null, coalesce(told_plate, account)
    from device where named_at is not null and plate_key is null
    union all
    select 'never_listed', imei, plate, driver, plate, null
    from device where named_at is null and exists (select from believed)
    union all
    select 'no_longer_listed', imei, plate, driver, account, listed_at::text
    from device
    where (select count(*) from believed where believed.account = device.account and run_at > listed_at)
          >= (select threshold from slo.targets where metric = 'listing_absent_runs')
    union all
    select 'plate_differs', imei, plate, driver, plate, told_plate
    from device where plate_key <> serve.normalize_plate(told_plate)
    union all
    select 'driver_differs', imei, plate, driver, driver, told_driver
    from device where lower(regexp_replace(driver, '\s', '', 'g')) <> lower(regexp_replace(told_driver, '\s', '', 'g'))
    union all
    select 'sim_differs', imei, plate, driver, sim, told_sim
    from device where sim <> told_sim
    union all
    select 'vehicle_without_device', null, (vehicle.plate).value, null, (vehicle.plate).value, null
    from domain.vehicles vehicle
    where not exists (select from device where device.vehicle_id = vehicle.vehicle_id)
    union all
    select 'driver_without_vehicle', null, null, name, name, null
    from domain.drivers
    where not exists (select from serve.driver_assignments_at(as_of) driven where driven.driver = drivers.name)
    union all
    select 'devices_of_one_class', null, min(plate), null, string_agg(imei, ', ' order by imei), null
    from device where plate_key is not null group by plate_key, class having count(*) > 1
    union all
    select 'driver_of_several', null, null, driven.driver, string_agg((vehicle.plate).value, ', ' order by plate_key), null
    from serve.driver_assignments_at(as_of) driven join domain.vehicles vehicle using (vehicle_id)
    where driven.driver is not null group by driven.driver having count(*) > 1
    union all
    select 'sim_of_several', null, null, null, string_agg(imei, ', ' order by imei), told_sim
    from device where told_sim is not null group by told_sim having count(*) > 1
    order by 1, 2 nulls first, 3 nulls first, 4 nulls first;
$$;
