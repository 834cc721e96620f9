-- Which device is on which vehicle from when on. An import speaks of its own date; an operator of any instant,
-- and of no vehicle too. Of two statements about one instant the later holds. Facts: vehicle_listed, device_assigned.
create or replace function domain.register_device_assignments(
    fact_source regclass, first_after bigint, last_id bigint
) returns void
language sql as $$
    insert into domain.device_assignments as held (imei, valid_from, vehicle_id, stated_at, stated_by, reason)
    select distinct on (imei, valid_from)
        imei, valid_from,
        coalesce(domain.id_of('vehicle', plate_key), domain.id_of('device', imei)) as vehicle_id,
        occurred_at, stated_by, data->>'reason' as reason
    from events.facts(fact_source, first_after, last_id, '{vehicle_listed, device_assigned}')
    cross join lateral serve.normalize_plate(data->>'plate') plate_key
    cross join lateral (select coalesce((data->>'valid_from')::timestamptz, occurred_at) as valid_from,
                               coalesce(data->>'by', 'import') as stated_by) stated
    where imei is not null and (kind = 'device_assigned' or (kind = 'vehicle_listed' and plate_key is not null))
    order by imei, valid_from, occurred_at desc, vehicle_id desc, stated_by desc, reason desc nulls last
    on conflict (imei, valid_from) do update set
        (vehicle_id, stated_at, stated_by, reason)
        = (excluded.vehicle_id, excluded.stated_at, excluded.stated_by, excluded.reason)
    where (excluded.stated_at, excluded.vehicle_id, excluded.stated_by, coalesce(excluded.reason, ''))
        > (held.stated_at, held.vehicle_id, held.stated_by, coalesce(held.reason, ''));
$$;
