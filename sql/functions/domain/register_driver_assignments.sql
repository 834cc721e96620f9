-- Who drives which vehicle from when on: as domain.register_device_assignments.
-- Facts: vehicle_listed, roster_entry, driver_assigned.
create or replace function domain.register_driver_assignments(
    fact_source regclass, first_after bigint, last_id bigint
) returns void
language sql as $$
    insert into domain.driver_assignments as held (vehicle_id, valid_from, driver_id, stated_at, stated_by, reason)
    select distinct on (vehicle_id, valid_from)
        domain.id_of('vehicle', plate_key) as vehicle_id, valid_from,
        domain.id_of('driver', data->>'driver') as driver_id,
        occurred_at, stated_by, data->>'reason' as reason
    from events.facts(fact_source, first_after, last_id, '{vehicle_listed, roster_entry, driver_assigned}')
    cross join lateral serve.normalize_plate(data->>'plate') plate_key
    cross join lateral (select coalesce((data->>'valid_from')::timestamptz, occurred_at) as valid_from,
                               coalesce(data->>'by', 'import') as stated_by) stated
    where plate_key is not null
      and (kind = 'driver_assigned' or kind = 'roster_entry' or (kind = 'vehicle_listed' and data ? 'driver'))
    order by vehicle_id, valid_from, occurred_at desc, driver_id desc nulls last, stated_by desc,
             reason desc nulls last
    on conflict (vehicle_id, valid_from) do update set
        (driver_id, stated_at, stated_by, reason)
        = (excluded.driver_id, excluded.stated_at, excluded.stated_by, excluded.reason)
    where (excluded.stated_at, coalesce(excluded.driver_id, -1), excluded.stated_by, coalesce(excluded.reason, ''))
        > (held.stated_at, coalesce(held.driver_id, -1), held.stated_by, coalesce(held.reason, ''));
$$;
