-- Drivers and which vehicle they drive, from vehicle_listed facts.
create or replace function domain.register_drivers(first_after bigint, last_id bigint) returns void
language plpgsql as $$
begin
    insert into domain.drivers as held (driver_id, name, phone)
    select domain.id_of('driver', data->>'driver'), data->>'driver',
           state.latest(state.known(data->>'driver_phone', occurred_at))
    from events.parsed
    where id > first_after and id <= last_id and kind = 'vehicle_listed' and data ? 'driver'
    group by data->>'driver'
    on conflict (driver_id) do update set phone = state.later(held.phone, excluded.phone);

    insert into domain.driver_assignments as held (vehicle_id, valid_from, driver_id)
    select domain.id_of('vehicle', plate_key), occurred_at, max(domain.id_of('driver', data->>'driver'))
    from events.parsed
    cross join lateral serve.normalize_plate(data->>'plate') plate_key
    where id > first_after and id <= last_id and kind = 'vehicle_listed'
      and plate_key is not null and data ? 'driver'
    group by plate_key, occurred_at
    on conflict (vehicle_id, valid_from) do update set driver_id = excluded.driver_id
    where excluded.driver_id > held.driver_id;
end $$;
