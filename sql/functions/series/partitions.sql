-- The native partitions of a series with their bounds.
create or replace function series.partitions(target text)
returns table (partition regclass, lower_bound timestamptz, upper_bound timestamptz)
language sql stable as $$
    select inhrelid::regclass,
           (regexp_match(bound, 'FROM \(''([^'']+)''\)'))[1]::timestamptz,
           (regexp_match(bound, 'TO \(''([^'']+)''\)'))[1]::timestamptz
    from pg_catalog.pg_inherits
    join pg_catalog.pg_class on pg_class.oid = inhrelid
    cross join lateral pg_get_expr(relpartbound, pg_class.oid) bound
    where inhparent = target::regclass;
$$;
