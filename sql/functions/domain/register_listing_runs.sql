-- Listings that were answered whole. Facts: listing_completed.
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
$$;
