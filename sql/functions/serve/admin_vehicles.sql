-- Vehicles as administrators see them; `words` is what a search looks through. Key: the plate, normalised.
create or replace function serve.admin_vehicles(as_of timestamptz)
returns table (key text, words text, item jsonb)
language sql stable as $$
    select vehicle.plate_key,
           concat_ws(' ', vehicle.plate_key, (vehicle.plate).value, (vehicle.cost_centre).value, (vehicle.city).value,
                     driven.driver, array_to_string(carried.imeis, ' ')),
           jsonb_build_object(
               'vehicle_id', vehicle.vehicle_id, 'plate', (vehicle.plate).value, 'plate_key', vehicle.plate_key,
               'cost_centre', (vehicle.cost_centre).value, 'city', (vehicle.city).value,
               'make', (vehicle.make).value, 'model', (vehicle.model).value,
               'driver', driven.driver, 'imeis', coalesce(to_jsonb(carried.imeis), '[]'))
    from domain.vehicles vehicle
    left join serve.driver_assignments_at(as_of) driven using (vehicle_id)
    left join (select vehicle_id, array_agg(imei order by imei) as imeis
               from serve.device_assignments_at(as_of) group by vehicle_id) carried using (vehicle_id);
$$;
