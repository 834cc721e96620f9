-- What operators state of devices' lifecycle, and where that leaves those devices and the ones of which something
-- else has changed, perhaps their first good fix. Facts: lifecycle_set.
create or replace function domain.register_lifecycle(
    fact_source regclass, first_after bigint, last_id bigint, changed text[]
) returns void
language sql as $$
    insert into domain.lifecycle_statements as held (imei, stated_at, to_state, stated_by, reason)
    select distinct on (imei, occurred_at, data->>'to')
        imei, occurred_at, data->>'to', data->>'by' as stated_by, data->>'reason' as reason
    from events.facts(fact_source, first_after, last_id, '{lifecycle_set}')
    order by imei, occurred_at, data->>'to', stated_by desc, reason desc nulls last
    on conflict (imei, stated_at, to_state) do update set
        (stated_by, reason) = (excluded.stated_by, excluded.reason)
    where (excluded.stated_by, coalesce(excluded.reason, '')) > (held.stated_by, coalesce(held.reason, ''));

    update domain.devices device set lifecycle = domain.lifecycle_of(device.imei, device.first_good_fix_at)
    where device.imei = any (changed || array(
              select imei from events.facts(fact_source, first_after, last_id, '{lifecycle_set}')))
      and device.lifecycle <> domain.lifecycle_of(device.imei, device.first_good_fix_at);
$$;
