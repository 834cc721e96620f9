-- Devices of the facts of a range: unknown ones are provisioned, the first good fix makes them active,
-- a listing tells their account (of two of one instant the account that came later to the platform),
-- an import their class.
create or replace function domain.register_devices(first_after bigint, last_id bigint) returns void
language plpgsql as $$
begin
    insert into domain.devices as held (imei, account_id, account_as_of, class, lifecycle, first_good_fix_at)
    select imei,
           coalesce((array_agg(listing.account_id order by occurred_at desc, listing.account_id desc)
                     filter (where listing.account_id is not null))[1], platform.account_id),
           coalesce(max(occurred_at) filter (where listing.account_id is not null), '-infinity'),
           state.latest(state.known(data->>'device_class', occurred_at)) filter (where kind = 'vehicle_listed'),
           case when bool_or(is_good) then 'active' else 'provisioned' end,
           min(occurred_at) filter (where is_good)
    from events.parsed
    cross join lateral (select kind = 'position_fix' and data->>'quality' = 'gps' as is_good) fix
    join domain.accounts platform on platform.code = 'platform'
    left join domain.accounts listing on kind = 'device_listed' and listing.code = data->>'account'
    where id > first_after and id <= last_id and imei is not null
    group by imei, platform.account_id
    on conflict (imei) do update set
        account_id = case when (excluded.account_as_of, excluded.account_id) > (held.account_as_of, held.account_id)
                          then excluded.account_id else held.account_id end,
        account_as_of = greatest(held.account_as_of, excluded.account_as_of),
        class = state.later(held.class, excluded.class),
        lifecycle = case when held.lifecycle = 'provisioned' then excluded.lifecycle else held.lifecycle end,
        first_good_fix_at = least(held.first_good_fix_at, excluded.first_good_fix_at)
    where (excluded.account_as_of, excluded.account_id) > (held.account_as_of, held.account_id)
       or state.later(held.class, excluded.class) is distinct from held.class
       or (held.lifecycle = 'provisioned' and excluded.lifecycle = 'active')
       or excluded.first_good_fix_at < held.first_good_fix_at;
end $$;
