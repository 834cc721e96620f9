-- Drivers, from imports and from what operators state. Facts: vehicle_listed, driver_set, driver_assigned.
create or replace function domain.register_drivers(first_after bigint, last_id bigint) returns void
language sql as $$
    insert into domain.drivers as held (driver_id, name, phone)
    select domain.id_of('driver', named.driver), named.driver,
           state.latest(coalesce(domain.told(data, 'driver_phone', occurred_at),
                                 domain.told(data, 'phone', occurred_at)))
    from events.parsed
    cross join lateral (select coalesce(data->>'driver', data->>'name') as driver) named
    where id > first_after and id <= last_id and kind in ('vehicle_listed', 'driver_set', 'driver_assigned')
      and named.driver is not null
    group by named.driver
    on conflict (driver_id) do update set phone = state.later(held.phone, excluded.phone);
$$;
