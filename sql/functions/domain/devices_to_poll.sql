-- Devices of an account that the vendor is asked about: listed there, neither suspended nor gone.
create or replace function domain.devices_to_poll(account integer) returns table (imei text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select imei from domain.devices
    where account_id = account and lifecycle in ('provisioned', 'active')
    order by imei;
$$;
