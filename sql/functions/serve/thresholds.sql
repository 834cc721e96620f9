-- The limits that live states are judged by, as one row; they live in slo.targets.
create or replace function serve.thresholds()
returns table (moving_speed_kmh double precision, stale_fix interval, offline interval)
language sql stable as $$
    select max(threshold) filter (where metric = 'moving_speed_kmh'),
           make_interval(secs => max(threshold) filter (where metric = 'stale_fix_s')),
           make_interval(secs => max(threshold) filter (where metric = 'offline_s'))
    from slo.targets;
$$;
