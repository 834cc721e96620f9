-- Drivers, from imports, HR's roster and what operators state. A vehicle's row says a driver's name and phone alone.
-- Facts: vehicle_listed, driver_listed, roster_entry, driver_set, driver_assigned.
create or replace function domain.register_drivers(
    fact_source regclass, first_after bigint, last_id bigint
) returns void
language sql as $$
    insert into domain.drivers as held (driver_id, name, phone, staff_no, city, cost_centre, shift_area, active)
    select domain.id_of('driver', named.driver), named.driver,
           state.latest(coalesce(domain.told(data, 'driver_phone', occurred_at),
                                 domain.told(data, 'phone', occurred_at))),
           state.latest(domain.told(person, 'staff_no', occurred_at)),
           state.latest(domain.told(person, 'city', occurred_at)),
           state.latest(domain.told(person, 'cost_centre', occurred_at)),
           state.latest(domain.told(person, 'shift_area', occurred_at)),
           state.latest(domain.told(person, 'active', occurred_at))
    from events.facts(fact_source, first_after, last_id,
                      '{vehicle_listed, driver_listed, roster_entry, driver_set, driver_assigned}')
    cross join lateral (select coalesce(data->>'driver', data->>'name') as driver,
                               case when kind in ('driver_listed', 'driver_set') then data else '{}' end as person) named
    where named.driver is not null
    group by named.driver
    on conflict (driver_id) do update set
        phone = state.later(held.phone, excluded.phone),
        staff_no = state.later(held.staff_no, excluded.staff_no),
        city = state.later(held.city, excluded.city),
        cost_centre = state.later(held.cost_centre, excluded.cost_centre),
        shift_area = state.later(held.shift_area, excluded.shift_area),
        active = state.later(held.active, excluded.active);
$$;
