-- Listings that were answered whole, and when one last named each device. A body's facts are stored all at once, so
-- that whoever sees a device_listed sees the listing_completed beside it. Facts: listing_completed, device_listed.
create or replace function domain.register_listing_runs(first_after bigint, last_id bigint) returns void
language sql as $$
    insert into domain.listing_runs as held (account, run_at, run_id, listed)
    select target, occurred_at, data->>'run_id', max((data->>'count')::integer)
    from events.parsed
    cross join lateral jsonb_array_elements_text(data->'targets') target
    where id > first_after and id <= last_id and kind = 'listing_completed'
    group by target, occurred_at, data->>'run_id'
    on conflict (account, run_at, run_id) do update set listed = excluded.listed
    where excluded.listed > held.listed;

    insert into domain.listed_devices as held (imei, listed_at)
    select device.imei, max(device.occurred_at)
    from events.parsed device
    cross join lateral (select from events.parsed run
                        where run.received_at = device.received_at and run.raw_id = device.raw_id
                          and run.kind = 'listing_completed' limit 1) whole_run    -- by its key, whatever the planner thinks
    where device.id > first_after and device.id <= last_id and device.kind = 'device_listed'
    group by device.imei
    on conflict (imei) do update set listed_at = excluded.listed_at where excluded.listed_at > held.listed_at;
$$;
