-- Listings that were answered whole, and when one last named each device. A body's facts are stored all at once, so
-- that whoever sees a device_listed sees the listing_completed beside it: perhaps outside the range, but in the same
-- chunk of the log, for both have the raw row's time. Facts: listing_completed, device_listed.
create or replace function domain.register_listing_runs(
    fact_source regclass, first_after bigint, last_id bigint
) returns void
language plpgsql as $$
begin
    insert into domain.listing_runs as held (account, run_at, run_id, listed)
    select target, occurred_at, data->>'run_id', max((data->>'count')::integer)
    from events.facts(fact_source, first_after, last_id, '{listing_completed}')
    cross join lateral jsonb_array_elements_text(data->'targets') target
    group by target, occurred_at, data->>'run_id'
    on conflict (account, run_at, run_id) do update set listed = excluded.listed
    where excluded.listed > held.listed;

    execute format($sql$
        insert into domain.listed_devices as held (imei, listed_at)
        select device.imei, max(device.occurred_at)
        from %1$s device
        cross join lateral (select from %1$s run
                            where run.received_at = device.received_at and run.raw_id = device.raw_id
                              and run.kind = 'listing_completed' limit 1) whole_run    -- by its key, always
        where device.id > $1 and device.id <= $2 and device.kind = 'device_listed'
        group by device.imei
        on conflict (imei) do update set listed_at = excluded.listed_at where excluded.listed_at > held.listed_at
    $sql$, fact_source) using first_after, last_id;
end $$;
