-- Stores what the holder of a lease got, and ends the lease. Gives the version, null when the lease was lost.
create or replace function auth.save_upstream_token(lease uuid, sealed_token text, token_expires_at timestamptz)
returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update auth.upstream_tokens set
        sealed = sealed_token, expires_at = token_expires_at, version = version + 1,
        lease_id = null, lease_until = '-infinity'
    where lease_id = lease
    returning version;
$$;
