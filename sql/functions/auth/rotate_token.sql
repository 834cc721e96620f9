-- Trades a refresh token for its successor and tells whose it is. No row: unknown, ended or revoked.
-- A token that comes back later than the grace for two tabs asking at once was stolen: its session ends.
create or replace function auth.rotate_token(old_sha256 bytea, new_sha256 bytea)
returns table (auth_account_id bigint, username text, scopes text[], session_ends_at timestamptz, session_id uuid)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    token auth.tokens;
begin
    select * into token from auth.tokens t where t.token_sha256 = old_sha256 for update;
    if token.used_at < clock_timestamp() - interval '30 seconds' then
        update auth.tokens t set revoked_at = clock_timestamp()
        where t.session_id = token.session_id and t.revoked_at is null;
        return;
    end if;
    if token.token_sha256 is null or token.revoked_at is not null
       or token.session_ends_at <= clock_timestamp() then
        return;
    end if;
    update auth.tokens t set used_at = coalesce(t.used_at, clock_timestamp()) where t.token_sha256 = old_sha256;
    insert into auth.tokens (token_sha256, auth_account_id, session_id, session_ends_at)
    values (new_sha256, token.auth_account_id, token.session_id, token.session_ends_at);
    return query
        select a.auth_account_id, a.username, a.scopes, token.session_ends_at, token.session_id
        from auth.accounts a where a.auth_account_id = token.auth_account_id and a.disabled_at is null;
end $$;
