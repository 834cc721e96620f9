-- What anybody ever said of who a device is, with when we first heard it: so that what was known at an instant can be
-- told apart from what is known of it now. Ties go as in domain.register_device_assignments and its like.
-- Facts: vehicle_listed, vehicle_set, roster_entry, device_assigned, driver_assigned.
create or replace function domain.register_identity_statements(
    fact_source regclass, first_after bigint, last_id bigint
) returns void
language sql as $$
    insert into domain.identity_statements as held
    select field, key, holds_from, occurred_at, value_id, value, min(received_at), min(raw_id)
    from events.facts(fact_source, first_after, last_id,
                      '{vehicle_listed, vehicle_set, roster_entry, device_assigned, driver_assigned}')
    cross join lateral serve.normalize_plate(data->>'plate') plate_key
    cross join lateral (select coalesce((data->>'valid_from')::timestamptz, occurred_at) as valid_from) stated
    cross join lateral (
        select 'vehicle' as field, imei as key, valid_from as holds_from,
               coalesce(domain.id_of('vehicle', plate_key), domain.id_of('device', imei)) as value_id,
               coalesce(plate_key, '') as value
        where imei is not null and (kind = 'device_assigned' or (kind = 'vehicle_listed' and plate_key is not null))
        union all
        select 'driver', plate_key, valid_from, coalesce(domain.id_of('driver', data->>'driver'), -1),
               coalesce(data->>'driver', '')
        where plate_key is not null
          and (kind in ('driver_assigned', 'roster_entry') or (kind = 'vehicle_listed' and data ? 'driver'))
        union all
        select name, plate_key, occurred_at, 0, coalesce((told).value, '')
        from unnest(array['cost_centre', 'city']) name
        cross join lateral domain.told(data, name, occurred_at) told
        where plate_key is not null and kind in ('vehicle_listed', 'vehicle_set') and (told).as_of is not null
    ) said
    group by field, key, holds_from, occurred_at, value_id, value
    on conflict (field, key, holds_from, stated_at, value_id, value) do update set
        received_at = least(held.received_at, excluded.received_at),
        raw_id = least(held.raw_id, excluded.raw_id)
    where excluded.received_at < held.received_at or excluded.raw_id < held.raw_id;
$$;
