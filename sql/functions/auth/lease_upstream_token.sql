-- Compare and set: may the caller, who has seen that version, ask the vendor for a newer token?
-- state: granted | changed (there is a newer one) | leased (to somebody else) | too_soon. The allowance is one
-- request in `every`, of which one may be taken ahead: a token can be refused right after it was got.
create or replace function auth.lease_upstream_token(
    app text, vendor_user text, seen_version bigint, lease_for interval, every interval
) returns table (state text, granted uuid, wait_s double precision)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    held auth.upstream_tokens;
    at_present timestamptz := clock_timestamp();
begin
    insert into auth.upstream_tokens (app_key, user_id) values (app, vendor_user) on conflict do nothing;
    select * into held from auth.upstream_tokens where app_key = app and user_id = vendor_user for update;
    if held.version <> seen_version then
        return query select 'changed', null::uuid, 0.0::double precision;
    elsif held.lease_until > at_present then
        return query select 'leased', null::uuid, extract(epoch from held.lease_until - at_present)::double precision;
    elsif held.spent_until > at_present + every then
        return query select 'too_soon', null::uuid,
                            extract(epoch from held.spent_until - every - at_present)::double precision;
    else
        return query
        update auth.upstream_tokens set
            lease_id = gen_random_uuid(),
            lease_until = at_present + lease_for,
            spent_until = greatest(spent_until, at_present) + every
        where app_key = app and user_id = vendor_user
        returning 'granted', lease_id, 0.0::double precision;
    end if;
end $$;
