-- Who devices are, computed from what is known of them now: one row a period between changes of vehicle or driver.
-- A device on no vehicle stands for itself, or for the plate that the vendor lists. Decommissioned ones have none.
create or replace function state.identities_of(imeis text[]) returns setof state.identities
language sql stable as $$
    with listed as (
        select device.imei, device.lifecycle, device.class, told.plate, told.name, told.driver, told.model,
               domain.id_of('vehicle', serve.normalize_plate((told.plate).value)) as listed_vehicle_id
        from domain.devices device
        left join state.devices told using (imei)
        where device.imei = any (imeis) and device.lifecycle <> 'decommissioned'
    ), mounted as (
        select imei, valid_from, vehicle_id,
               lead(valid_from, 1, 'infinity') over (partition by imei order by valid_from) as valid_until
        from (select imei, '-infinity'::timestamptz as valid_from,
                     coalesce(listed_vehicle_id, domain.id_of('device', imei)) as vehicle_id from listed
              union all
              select imei, valid_from, vehicle_id from domain.device_assignments
              where imei = any (imeis)) assignment
    ), periods as (
        select imei, vehicle_id, change.valid_from,
               lead(change.valid_from, 1, mounted.valid_until)
                   over (partition by imei, mounted.valid_from order by change.valid_from) as valid_until
        from mounted
        cross join lateral (
            select mounted.valid_from
            union
            select driven.valid_from from domain.driver_assignments driven
            where driven.vehicle_id = mounted.vehicle_id
              and driven.valid_from > mounted.valid_from and driven.valid_from < mounted.valid_until
              -- The same driver stated again begins no period: a roster says so day after day.
              and driven.driver_id is distinct from (
                  select driver_id from domain.driver_assignments before
                  where before.vehicle_id = driven.vehicle_id and before.valid_from < driven.valid_from
                  order by before.valid_from desc limit 1)) change
    )
    select imei, valid_from, valid_until, vehicle_id, lifecycle, class.rank,
           shown.plate, shown.plate_key, shown.driver, shown.cost_centre, shown.city,
           serve.identity_properties(vehicle_id, shown.plate, shown.plate_key, imei, shown.cost_centre, shown.city,
                                     shown.driver, lifecycle)
    from periods
    join listed using (imei)
    left join domain.vehicles vehicle using (vehicle_id)
    left join lateral (
        select coalesce(name, '') as name      -- of nobody, where an operator said so
        from domain.driver_assignments left join domain.drivers using (driver_id)
        where driver_assignments.vehicle_id = periods.vehicle_id and valid_from <= periods.valid_from
        order by valid_from desc limit 1) driving on true
    cross join lateral (
        select coalesce((vehicle.plate).value, (listed.plate).value, (listed.name).value, imei) as plate) printed
    cross join lateral (
        select printed.plate, coalesce(vehicle.plate_key, serve.normalize_plate(printed.plate)) as plate_key,
               nullif(coalesce(driving.name, (listed.driver).value), '') as driver,
               (vehicle.cost_centre).value as cost_centre, (vehicle.city).value as city) shown
    left join domain.device_models model on model.model = (listed.model).value
    left join domain.device_classes class on class.class = coalesce((listed.class).value, model.class, 'tracker');
$$;
