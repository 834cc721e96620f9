-- The tables that replays and verifications have made and that are not in their place or gone yet: those of one that is
-- under way, or of one that was killed. Where a rebuild can go on, also since when, from what and how far it is.
create or replace function events.left_by_replays()
returns table (relation text, bytes bigint, rebuilds text, source text, built_to bigint, started_at timestamptz, moved_at timestamptz)
language sql stable as $$
    with left_over as (
        select format('%s.%s', nspname, relname) as name, 'state.' || relname as live
        from pg_catalog.pg_class
        join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace
        where nspname in ('rebuild', 'scratch', 'beside') and relkind in ('r', 'p') and not relispartition
    )
    select name, series.bytes(name), made.table_name, made.source, made.position, made.started_at, made.moved_at
    from left_over
    left join events.rebuilds made on made.table_name = live and name like 'rebuild.%'
    order by name;
$$;
