-- What a login attempt needs to know; no row for an unknown or disabled account.
create or replace function auth.find_account(name text)
returns table (auth_account_id bigint, username text, password_hash text, scopes text[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select auth_account_id, username, password_hash, scopes
    from auth.accounts where username = lower(name) and disabled_at is null;
$$;
