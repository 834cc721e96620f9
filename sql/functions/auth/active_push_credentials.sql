-- What the gateway checks pushes against.
create or replace function auth.active_push_credentials()
returns table (name text, source text, secret_sha256 bytea, sealed_key text, account_id integer)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select name, source, secret_sha256, sealed_key, account_id from auth.push_credentials where active;
$$;
