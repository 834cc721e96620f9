-- Who each device was at an instant, by what we had been told by known_at: the vehicle it was on, and that vehicle's
-- driver, cost centre and city. What the vendor's listing calls a device has no history: it is today's.
create or replace function serve.past_identities(at timestamptz, known_at timestamptz)
returns table (
    imei text, is_mounted boolean, vehicle_id bigint, class_rank smallint, plate text, plate_key text, driver text,
    cost_centre text, city text
)
language sql stable as $$
    select device.imei, mounted.value is not null,
           coalesce(mounted.value_id, domain.id_of('vehicle', listed.plate_key), domain.id_of('device', device.imei)),
           class.rank, printed.plate, coalesce(named.plate_key, serve.normalize_plate(printed.plate)),
           nullif(coalesce(driving.value, (told.driver).value), ''), nullif(paying.value, ''), nullif(living.value, '')
    from domain.devices device
    left join state.devices told on told.imei = device.imei
    cross join lateral serve.normalize_plate((told.plate).value) listed (plate_key)
    left join lateral serve.identity_statement('vehicle', device.imei, at, known_at) mounted on true
    cross join lateral (select coalesce(nullif(mounted.value, ''),
                                        case when mounted.value is null then listed.plate_key end)) named (plate_key)
    left join domain.vehicles vehicle on vehicle.plate_key = named.plate_key
    left join lateral serve.identity_statement('driver', named.plate_key, at, known_at) driving on true
    left join lateral serve.identity_statement('cost_centre', named.plate_key, at, known_at) paying on true
    left join lateral serve.identity_statement('city', named.plate_key, at, known_at) living on true
    cross join lateral (
        select coalesce((vehicle.plate).value, (told.plate).value, (told.name).value, device.imei)) printed (plate)
    left join domain.device_models model on model.model = (told.model).value
    left join domain.device_classes class on class.class = coalesce((device.class).value, model.class, 'tracker');
$$;
