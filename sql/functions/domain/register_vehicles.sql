-- Vehicles, from imports and from what operators state. Facts: vehicle_listed, vehicle_set.
create or replace function domain.register_vehicles(
    fact_source regclass, first_after bigint, last_id bigint
) returns void
language sql as $$
    insert into domain.vehicles as held (vehicle_id, plate_key, plate, cost_centre, city, make, model)
    select domain.id_of('vehicle', plate_key), plate_key,
           state.latest(domain.told(data, 'plate', occurred_at)),
           state.latest(domain.told(data, 'cost_centre', occurred_at)),
           state.latest(domain.told(data, 'city', occurred_at)),
           state.latest(domain.told(data, 'make', occurred_at)),
           state.latest(domain.told(data, 'model', occurred_at))
    from events.facts(fact_source, first_after, last_id, '{vehicle_listed, vehicle_set}')
    cross join lateral serve.normalize_plate(data->>'plate') plate_key
    where plate_key is not null
    group by plate_key
    on conflict (vehicle_id) do update set
        plate = state.later(held.plate, excluded.plate),
        cost_centre = state.later(held.cost_centre, excluded.cost_centre),
        city = state.later(held.city, excluded.city),
        make = state.later(held.make, excluded.make),
        model = state.later(held.model, excluded.model);
$$;
