-- Cities that vehicles are assigned to, and those that operators state. Facts:
-- vehicle_listed, vehicle_set, driver_set, city_set.
create or replace function domain.register_cities(first_after bigint, last_id bigint) returns void
language sql as $$
    insert into domain.assigned_cities (city)
    select distinct data->>'city' from events.parsed
    where id > first_after and id <= last_id and kind in ('vehicle_listed', 'vehicle_set', 'driver_set', 'city_set')
      and data ? 'city'
    on conflict do nothing;
$$;
