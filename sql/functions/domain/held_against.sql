-- What the registry holds against what an import claims: [[thing, key, field, value], …]. A plate is the same plate
-- however it is written. `known`: is the thing there at all.
create or replace function domain.held_against(claims jsonb)
returns table (place bigint, known boolean, held text, same boolean)
language sql stable as $$
    select claim.place, coalesce(found.known, false), found.held,
           coalesce(found.held = claim.value
                    or (claim.thing = 'device' and claim.field = 'plate'
                        and serve.normalize_plate(found.held) = serve.normalize_plate(claim.value)), false)
    from (select ordinality as place, told->>0 as thing, told->>1 as key, told->>2 as field, told->>3 as value
          from jsonb_array_elements(claims) with ordinality as listed (told, ordinality)) claim
    left join lateral (
        select true as known,
               case claim.field
                   when 'driver' then (select driver.name from domain.driver_assignments assigned
                                       join domain.drivers driver using (driver_id)
                                       where assigned.vehicle_id = vehicle.vehicle_id and assigned.valid_from <= now()
                                       order by assigned.valid_from desc limit 1)
                   else to_jsonb(vehicle)->claim.field->>'value' end as held
        from domain.vehicles vehicle
        where claim.thing = 'vehicle' and vehicle.plate_key = serve.normalize_plate(claim.key)
        union all
        select true,
               case claim.field
                   when 'plate' then (select (vehicle.plate).value from domain.device_assignments assigned
                                      join domain.vehicles vehicle using (vehicle_id)
                                      where assigned.imei = device.imei and assigned.valid_from <= now()
                                      order by assigned.valid_from desc limit 1)
                   else (device.class).value end
        from domain.devices device where claim.thing = 'device' and device.imei = claim.key
        union all
        select true, case claim.field when 'name' then driver.name
                                      else to_jsonb(driver)->claim.field->>'value' end
        from domain.drivers driver where claim.thing = 'driver' and driver.name = claim.key
        union all
        select true, case claim.field when 'name' then centre.name else centre.code end
        from domain.cost_centres centre where claim.thing = 'cost centre' and centre.name = claim.key
        union all
        select true, centre.name from domain.cost_centres centre where claim.thing = 'code' and centre.code = claim.key
    ) found on true;
$$;
