-- Every series gets its partitions from its first possible row to `ahead` past `as_of`.
create or replace function series.ensure_all(as_of timestamptz, ahead interval default interval '7 days')
returns integer
language sql security definer set search_path = pg_catalog, pg_temp as $$
    select coalesce(sum(series.ensure(table_name, coalesce(starts_at, as_of - chunk), as_of + ahead)), 0)::integer
    from series.catalog;
$$;
