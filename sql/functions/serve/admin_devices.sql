-- Devices as administrators see them: what we hold of each, and beside it what the upstream says. Key: the IMEI.
create or replace function serve.admin_devices(as_of timestamptz)
returns table (key text, words text, item jsonb)
language sql stable as $$
    select device.imei,
           concat_ws(' ', device.imei, (vehicle.plate).value, vehicle.plate_key, device.lifecycle, account.code,
                     (device.sim).value, (told.name).value, (told.plate).value, (told.driver).value,
                     (told.sim).value, (told.model).value),
           jsonb_build_object(
               'imei', device.imei, 'account', account.code, 'device_class', (device.class).value,
               'sim', (device.sim).value, 'lifecycle', device.lifecycle,
               'first_good_fix_at', device.first_good_fix_at, 'heard_at', told.heard_at,
               'vehicle_id', vehicle.vehicle_id, 'plate', (vehicle.plate).value,
               'upstream', jsonb_build_object(
                   'name', (told.name).value, 'plate', (told.plate).value, 'driver', (told.driver).value,
                   'phone', (told.phone).value, 'sim', (told.sim).value, 'model', (told.model).value,
                   'account', (told.account).value, 'expires_at', (told.expires_at).value,
                   'enabled', (told.enabled).value::boolean, 'listed_at', (told.account).as_of))
    from domain.devices device
    join domain.accounts account using (account_id)
    left join state.devices told using (imei)
    left join serve.device_assignments_at(as_of) mounted using (imei)
    left join domain.vehicles vehicle on vehicle.vehicle_id = mounted.vehicle_id;
$$;
