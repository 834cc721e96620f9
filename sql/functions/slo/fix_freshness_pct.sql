-- Of the devices that should report (engine on, heard within the stale limit), the share whose newest
-- fix is at most 60 s old. Null when none should.
create or replace function slo.fix_freshness_pct(as_of timestamptz) returns double precision
language sql stable as $$
    select round(100.0 * count(*) filter (where fixed_at > as_of - interval '60 s') / nullif(count(*), 0), 1)
    from state.live_positions
    where (ignition).value
      and fixed_at > as_of - (select make_interval(secs => threshold) from slo.targets where metric = 'stale_fix_s');
$$;
