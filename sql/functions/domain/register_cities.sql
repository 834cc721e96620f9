-- Cities that vehicles are assigned to, and those that operators state. Facts:
-- vehicle_listed, vehicle_set, driver_set, city_set.
create or replace function domain.register_cities(fact_source regclass, first_after bigint, last_id bigint) returns void
language sql as $$
    insert into domain.assigned_cities (city)
    select distinct data->>'city'
    from events.facts(fact_source, first_after, last_id, '{vehicle_listed, vehicle_set, driver_set, city_set}')
    where data ? 'city'
    on conflict do nothing;
$$;
