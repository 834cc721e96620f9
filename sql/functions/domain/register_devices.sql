-- Devices of the facts of a range: unknown ones are provisioned, a listing tells their account (of two of one
-- instant the one whose code is greater), an import or an operator their class, an operator their SIM.
-- Gives those of which something has changed. Most facts are no news: the device is known, and had a good fix before.
create or replace function domain.register_devices(
    fact_source regclass, first_after bigint, last_id bigint
) returns text[]
language sql as $$
    with news as (
        select fact.* from events.facts(fact_source, first_after, last_id) fact
        where imei is not null
          and (kind in ('device_listed', 'vehicle_listed', 'device_set')
               or not exists (select from domain.devices known
                              where known.imei = fact.imei
                                and (kind <> 'position_fix' or data->>'quality' <> 'gps'
                                     or known.first_good_fix_at <= occurred_at)))
    ), told as (
        select imei,
               coalesce((array_agg(listing.account_id order by occurred_at desc, listing.code desc)
                         filter (where listing.account_id is not null))[1], platform.account_id) as account_id,
               coalesce(max(occurred_at) filter (where listing.account_id is not null), '-infinity') as account_as_of,
               state.latest(domain.told(data, 'device_class', occurred_at))
                   filter (where kind in ('vehicle_listed', 'device_set')) as class,
               state.latest(domain.told(data, 'sim', occurred_at)) filter (where kind = 'device_set') as sim,
               min(occurred_at) filter (where kind = 'position_fix' and data->>'quality' = 'gps') as first_good_fix_at
        from news
        join domain.accounts platform on platform.code = 'platform'
        left join domain.accounts listing on kind = 'device_listed' and listing.code = data->>'account'
        group by imei, platform.account_id
    ), written as (
        insert into domain.devices as held (imei, account_id, account_as_of, class, sim, first_good_fix_at)
        select * from told
        on conflict (imei) do update set
            account_id = case when (excluded.account_as_of, domain.account_code(excluded.account_id))
                                   > (held.account_as_of, domain.account_code(held.account_id))
                              then excluded.account_id else held.account_id end,
            account_as_of = greatest(held.account_as_of, excluded.account_as_of),
            class = state.later(held.class, excluded.class),
            sim = state.later(held.sim, excluded.sim),
            first_good_fix_at = least(held.first_good_fix_at, excluded.first_good_fix_at)
        where (excluded.account_as_of, domain.account_code(excluded.account_id))
              > (held.account_as_of, domain.account_code(held.account_id))
           or state.later(held.class, excluded.class) is distinct from held.class
           or state.later(held.sim, excluded.sim) is distinct from held.sim
           or excluded.first_good_fix_at < coalesce(held.first_good_fix_at, 'infinity')
        returning imei
    )
    select coalesce(array_agg(imei), '{}') from written;
$$;
