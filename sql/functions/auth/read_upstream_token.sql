-- The vendor's token of an application key and user as it was stored last, expired or not.
create or replace function auth.read_upstream_token(app text, vendor_user text)
returns table (sealed text, expires_at timestamptz, version bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select sealed, expires_at, version from auth.upstream_tokens
    where app_key = app and user_id = vendor_user and sealed is not null;
$$;
