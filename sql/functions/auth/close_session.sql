-- Signs out: every token of the session that this token belongs to is revoked.
create or replace function auth.close_session(token bytea) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update auth.tokens set revoked_at = clock_timestamp()
    where revoked_at is null
      and session_id = (select session_id from auth.tokens where token_sha256 = token);
$$;
