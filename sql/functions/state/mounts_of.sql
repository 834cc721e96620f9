-- Which vehicles devices stood for, and when. A device stands for itself, or for the plate that the vendor lists,
-- until the first assignment; it stands for nothing while it is decommissioned, and what it did before stays.
create or replace function state.mounts_of(imeis text[]) returns setof state.mounts
language sql stable as $$
    with known as (
        select device.imei, device.first_good_fix_at, coalesce(class.rank, 32767) as class_rank,
               coalesce(domain.id_of('vehicle', serve.normalize_plate((told.plate).value)),
                        domain.id_of('device', device.imei)) as listed_vehicle_id
        from domain.devices device
        left join state.devices told using (imei)
        left join domain.device_models model on model.model = (told.model).value
        left join domain.device_classes class on class.class = coalesce((device.class).value, model.class, 'tracker')
        where device.imei = any (imeis)
    ), mounted as (
        select imei, vehicle_id, tstzmultirange(tstzrange(valid_from, lead(valid_from, 1, 'infinity') over (
                   partition by imei order by valid_from))) as period
        from (select imei, '-infinity'::timestamptz as valid_from, listed_vehicle_id as vehicle_id from known
              union all
              select imei, valid_from, vehicle_id from domain.device_assignments where imei = any (imeis)) assigned
    ), gone as (
        select imei, range_agg(tstzrange(at, until_at)) as period
        from (select known.imei, step.at, step.to_state,
                     lead(step.at, 1, 'infinity') over (partition by known.imei order by step.at) as until_at
              from known cross join lateral domain.lifecycle_steps(known.imei, known.first_good_fix_at) step
              where step.taken
                and known.imei in (select imei from domain.lifecycle_statements where to_state = 'decommissioned')
             ) step
        where to_state = 'decommissioned'
        group by imei
    )
    select imei, lower(stretch), upper(stretch), vehicle_id, class_rank
    from mounted
    join known using (imei)
    left join gone using (imei)
    cross join lateral unnest(mounted.period - coalesce(gone.period, '{}')) stretch;
$$;
