-- Drivers as administrators see them. Key: the name.
create or replace function serve.admin_drivers(as_of timestamptz)
returns table (key text, words text, item jsonb)
language sql stable as $$
    select driver.name, concat_ws(' ', driver.name, (driver.phone).value, (driver.staff_no).value,
                                  (driver.city).value, (driver.cost_centre).value, (driver.shift_area).value,
                                  array_to_string(driving.plates, ' ')),
           jsonb_build_object(
               'driver_id', driver.driver_id, 'name', driver.name, 'phone', (driver.phone).value,
               'staff_no', (driver.staff_no).value, 'city', (driver.city).value,
               'cost_centre', (driver.cost_centre).value, 'shift_area', (driver.shift_area).value,
               'active', (driver.active).value::boolean,
               'plates', coalesce(to_jsonb(driving.plates), '[]'))
    from domain.drivers driver
    left join (select driver, array_agg((plate).value order by plate_key) as plates
               from serve.driver_assignments_at(as_of) join domain.vehicles using (vehicle_id)
               group by driver) driving on driving.driver = driver.name;
$$;
