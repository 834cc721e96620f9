-- Each shown service level now: met, missed, or no_data where nothing can be measured.
create or replace function slo.fn_status(as_of timestamptz)
returns table (metric text, value double precision, threshold double precision, status text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select metric, value, threshold,
           case when value is null then 'no_data'
                when (metric like '%\_pct\_%' and value >= threshold)
                  or (metric not like '%\_pct\_%' and value <= threshold) then 'met'
                else 'missed' end
    from slo.targets
    left join lateral (
        select slo.fix_freshness_pct(as_of) as value where metric = 'fix_freshness_pct_60s'
    ) measured on true
    where shown
    order by metric;
$$;
