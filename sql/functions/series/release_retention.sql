-- Whoever applied retention is done.
create or replace function series.release_retention(whose uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update series.retention_lease set holder = null, lease_until = '-infinity' where holder = whose;
$$;
