-- Vehicles, cost centres, cities and which device is on which vehicle, from vehicle_listed facts.
create or replace function domain.register_vehicles(first_after bigint, last_id bigint) returns void
language plpgsql as $$
begin
    insert into domain.assigned_cities (city)
    select distinct data->>'city' from events.parsed
    where id > first_after and id <= last_id and kind = 'vehicle_listed' and data ? 'city'
    on conflict do nothing;

    perform domain.register_cost_centre(name) from (
        select data->>'cost_centre' as name from events.parsed
        where id > first_after and id <= last_id and kind = 'vehicle_listed' and data ? 'cost_centre'
        group by 1 order by min(occurred_at), 1
    ) named;

    insert into domain.vehicles as held (vehicle_id, plate_key, plate, cost_centre, city, make, model)
    select domain.id_of('vehicle', plate_key), plate_key,
           state.latest(state.known(data->>'plate', occurred_at)),
           state.latest(state.known(data->>'cost_centre', occurred_at)),
           state.latest(state.known(data->>'city', occurred_at)),
           state.latest(state.known(data->>'make', occurred_at)),
           state.latest(state.known(data->>'model', occurred_at))
    from events.parsed
    cross join lateral serve.normalize_plate(data->>'plate') plate_key
    where id > first_after and id <= last_id and kind = 'vehicle_listed' and plate_key is not null
    group by plate_key
    on conflict (vehicle_id) do update set
        plate = state.later(held.plate, excluded.plate),
        cost_centre = state.later(held.cost_centre, excluded.cost_centre),
        city = state.later(held.city, excluded.city),
        make = state.later(held.make, excluded.make),
        model = state.later(held.model, excluded.model);

    insert into domain.device_assignments as held (imei, valid_from, vehicle_id)
    select imei, occurred_at, max(domain.id_of('vehicle', plate_key))
    from events.parsed
    cross join lateral serve.normalize_plate(data->>'plate') plate_key
    where id > first_after and id <= last_id and kind = 'vehicle_listed'
      and plate_key is not null and imei is not null
    group by imei, occurred_at
    on conflict (imei, valid_from) do update set vehicle_id = excluded.vehicle_id
    where excluded.vehicle_id > held.vehicle_id;
end $$;
