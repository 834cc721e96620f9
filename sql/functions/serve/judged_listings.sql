-- Whole listings, each with whether it can be believed about absence: it names enough of the devices that the account
-- is known to have (slo.targets, listing_min_pct). A failed listing is no whole one and is not here at all.
create or replace function serve.judged_listings(as_of timestamptz)
returns table (account text, run_at timestamptz, run_id text, listed integer, believed boolean)
language sql stable as $$
    with known as (
        select account.code, count(*) as devices
        from domain.devices join domain.accounts account using (account_id)
        where lifecycle <> 'decommissioned' group by account.code
    )
    select run.account, run.run_at, run.run_id, run.listed,
           run.listed > 0 and run.listed >= coalesce(known.devices, 0) * enough.threshold / 100
    from domain.listing_runs run
    join slo.targets enough on enough.metric = 'listing_min_pct'
    left join known on known.code = run.account
    where run.run_at <= as_of;
$$;
