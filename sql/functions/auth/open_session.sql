-- Begins a session: stores the hash of its first refresh token. Gives the session's id.
create or replace function auth.open_session(account bigint, token_sha256 bytea, lifetime interval) returns uuid
language sql security definer set search_path = pg_catalog, pg_temp as $$
    insert into auth.tokens (token_sha256, auth_account_id, session_id, session_ends_at)
    values (token_sha256, account, gen_random_uuid(), clock_timestamp() + lifetime)
    returning session_id;
$$;
