-- Ends a lease that brought no token; the request counts all the same.
create or replace function auth.release_upstream_token(lease uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update auth.upstream_tokens set lease_id = null, lease_until = '-infinity' where lease_id = lease;
$$;
