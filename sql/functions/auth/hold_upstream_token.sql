-- New tokens do not help: grant no lease for so long.
create or replace function auth.hold_upstream_token(app text, vendor_user text, hold_for interval, every interval)
returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update auth.upstream_tokens set spent_until = greatest(spent_until, clock_timestamp() + hold_for + every)
    where app_key = app and user_id = vendor_user;
$$;
